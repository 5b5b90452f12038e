package dev.holdfast.fibonacci;

import dev.holdfast.disk.DirectoryLock;
import dev.holdfast.disk.Disk;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.disk.OwnedState;
import dev.holdfast.disk.Ownership;
import dev.holdfast.service.ServiceContext;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the Fibonacci sequence of a ring to the sidecar that owns it. When the ring changes,
 * another sidecar may get it. That one reads the positions of all the others.
 *
 * <p>An owner locks its directory for as long as it lives. The next one, under another ring, takes
 * the sequence up only when no other directory is locked: the one before would go on handing out
 * numbers, and publishing them for its own nginx. Each owner locks first and looks then. So of two
 * that start at once, one sees the other at least.
 */
final class SequenceOwner {
  private static final byte[] RING_KEY =
      FibonacciRoutes.RING_KEY.getBytes(StandardCharsets.US_ASCII);

  /** How long to wait for those who only look if the directory is locked, in ms. */
  private static final long LOOKS_WAIT_MS = 500;

  private static final Logger log = LoggerFactory.getLogger(SequenceOwner.class);

  private SequenceOwner() {}

  /** A sequence with the lock of its directory, which is given back last. */
  record Locked(Sequence sequence, DirectoryLock lock) implements Closeable {
    @Override
    public void close() throws IOException {
      try (lock) {
        sequence.close();
      }
    }
  }

  /**
   * Takes up the sequence if it is this sidecar's. The sidecar starts even if that fails, since its
   * files do not depend on the sequence.
   */
  static OwnedState<Locked> start(FibonacciConfig config, ServiceContext context) {
    if (!context.owners().isSelf(RING_KEY)) {
      return OwnedState.elsewhere();
    }
    var meters = new FibonacciMeters(context.meters());
    var disk = new LocalDisk(context.meters().diskForces());
    OwnedState<Locked> owned =
        OwnedState.takeUp("the sequence", () -> locked(disk, config, context, meters));
    meters.unusable(() -> owned.known() instanceof Ownership.Unusable);
    return owned;
  }

  static Locked locked(
      Disk disk, FibonacciConfig config, ServiceContext context, FibonacciMeters meters)
      throws IOException {
    disk.createDirectories(context.directory());
    DirectoryLock lock =
        DirectoryLock.alone(context.directory(), LOOKS_WAIT_MS)
            .orElseThrow(() -> new IOException("another process has " + context.directory()));
    boolean isOpen = false;
    try {
      List<Path> others = context.others().list();
      for (Path other : others) {
        requireEnded(other);
      }
      Sequence sequence = opened(disk, config, context, others, meters);
      isOpen = true;
      return new Locked(sequence, lock);
    } finally {
      if (!isOpen) {
        lock.close();
      }
    }
  }

  /** Versions before the lock left no lock file. */
  private static void requireEnded(Path other) throws IOException {
    try (DirectoryLock _ =
        DirectoryLock.shared(other)
            .orElseThrow(() -> new IOException("the owner of another ring runs: " + other))) {
      // It has ended, and this process keeps it from coming back.
    } catch (NoSuchFileException none) {
      // No version with a lock ever had it.
    }
  }

  private static Sequence opened(
      Disk disk,
      FibonacciConfig config,
      ServiceContext context,
      List<Path> others,
      FibonacciMeters meters)
      throws IOException {
    Publication publication = publication(disk, context.published());
    boolean isOpen = false;
    try {
      Sequence sequence =
          Sequence.open(disk, context.directory(), others, config, meters, publication);
      isOpen = true;
      return sequence;
    } finally {
      if (!isOpen) {
        hide(publication);
      }
    }
  }

  private static Publication publication(Disk disk, Optional<ServiceContext.Published> place)
      throws IOException {
    return place.isPresent() ? PublishedStates.takeOver(disk, place.get()) : Publication.NONE;
  }

  /**
   * Hides what an earlier process showed, since this one cannot say if it is right. If it stays, it
   * is the last number that anybody saw, and nobody hands out another one.
   */
  private static void hide(Publication publication) {
    try {
      publication.withdraw();
    } catch (IOException | RuntimeException e) {
      log.warn("what was shown of the sequence could not be withdrawn", e);
    }
  }
}
