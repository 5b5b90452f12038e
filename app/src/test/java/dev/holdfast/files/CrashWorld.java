package dev.holdfast.files;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.metrics.Meters;
import dev.holdfast.staging.Content;
import dev.holdfast.staging.ContentDigest;
import dev.holdfast.staging.Pending;
import dev.holdfast.staging.Spool;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.staging.StagingStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;

/**
 * The staging store and the shelf on a simulated disk, and an origin that is a map: one thread does
 * what requests and settlers do, so that a power cut can come at every step.
 */
final class CrashWorld {
  static final Path VOLUME = Path.of("/volume");

  private static final Meters METERS = new Meters(new SimpleMeterRegistry());
  private static final Index INDEX = new Index(100, Duration.ofHours(1));
  private static final StagingLimits LIMITS =
      new StagingLimits(1 << 20, 100, 0, 0, 1 << 20, 100, 1 << 20, 100);

  final SimulatedDisk disk;

  /** What the origin has; it does not lose power with us. */
  final Map<String, String> origin;

  private final Disk seen;
  private final Bug bug;
  private StagingStore store;
  private Shelf shelf;

  /** Of the last start; nginx starts under the same. */
  private String epoch;

  /** A mistake that the order of steps could have. */
  enum Bug {
    NONE,
    NO_DIRECTORY_FORCE,
    PUBLISH_BEFORE_PENDING,
    FORGOTTEN_BEFORE_CONFIRMED,
    PUT_REMOVED_BEFORE_DELETE_IS_MARKED;

    Disk plantedIn(Disk disk, Function<String, Path> published) {
      return switch (this) {
        case NONE, FORGOTTEN_BEFORE_CONFIRMED -> disk;
        case NO_DIRECTORY_FORCE -> BuggyDisks.withoutDirectoryForce(disk);
        case PUBLISH_BEFORE_PENDING -> BuggyDisks.publishingBeforePending(disk, published);
        case PUT_REMOVED_BEFORE_DELETE_IS_MARKED -> BuggyDisks.removingPutBeforeMarkingDelete(disk);
      };
    }
  }

  CrashWorld(SimulatedDisk disk, Map<String, String> origin, Bug bug) {
    this.disk = disk;
    this.origin = new TreeMap<>(origin);
    this.seen = bug.plantedIn(disk, this::published);
    this.bug = bug;
  }

  /** Starts the process: the epoch says whether the kernel was restarted since the last time. */
  void start(String epoch) throws IOException {
    this.epoch = epoch;
    INDEX.forget("a");
    INDEX.forget("b");
    store =
        StagingStore.open(
            seen, VOLUME, "s", LIMITS, () -> Instant.EPOCH, METERS, epoch, name -> true);
    shelf = new Shelf(store, INDEX);
  }

  /** A PUT, to its acknowledgement. */
  void put(String name, String body) throws IOException, InterruptedException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (Spool spool = store.spoolWritten(bytes.length, new ContentDigest())) {
      spool.write(bytes, 0, bytes.length);
      spool.finishForced();
      Lock lock = store.lock(name);
      lock.lock();
      try {
        shelf.reveal(store.stagePut(name, spool));
      } finally {
        lock.unlock();
      }
    }
  }

  /** A DELETE, to its acknowledgement. */
  void delete(String name) throws IOException, InterruptedException {
    Lock lock = store.lock(name);
    lock.lock();
    try {
      shelf.reveal(store.stageDelete(name, store.reserveDelete()));
    } finally {
      lock.unlock();
    }
  }

  /** Brings all that is pending to the origin. */
  void settle() throws IOException {
    for (Pending write : store.allPending()) {
      if (bug == Bug.FORGOTTEN_BEFORE_CONFIRMED) {
        Optional<String> body = body(write);
        shelf.settled(write);
        confirm(write, body);
      } else {
        confirm(write, body(write));
        shelf.settled(write);
      }
    }
  }

  private void confirm(Pending write, Optional<String> body) {
    disk.pass("the origin confirms");
    body.ifPresentOrElse(b -> origin.put(write.name(), b), () -> origin.remove(write.name()));
  }

  private Optional<String> body(Pending write) throws IOException {
    return switch (write) {
      case Pending.Delete _ -> Optional.empty();
      case Pending.Put put -> {
        try (InputStream bytes = shelf.openPending(put).orElseThrow()) {
          String body = new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
          if (body.length() != put.content().size()) {
            throw new AssertionError("a pending body is not what it was: " + body);
          }
          yield Optional.of(body);
        }
      }
    };
  }

  /** What a read through the sidecar gives; {@code null} is an absent file. */
  String read(String name) throws IOException {
    Optional<ReadOutcome> here = shelf.look(name);
    if (here.isEmpty()) {
      return origin.get(name); // a fetch
    }
    return switch (here.get()) {
      case ReadOutcome.Here(Content content, boolean _) -> {
        String body = served(name);
        if (body == null || body.length() != content.size()) {
          throw new AssertionError(name + " is said to be here, but is " + body);
        }
        yield body;
      }
      case ReadOutcome.Absent _ -> null;
      case ReadOutcome.Unavailable _, ReadOutcome.Nonsense _, ReadOutcome.Damaged _ ->
          throw new AssertionError("the shelf does not ask the origin");
    };
  }

  /** What nginx serves of a name; {@code null} is nothing. */
  String served(String name) {
    Path file = published(name);
    return disk.isThere(file) ? new String(disk.bytes(file), StandardCharsets.UTF_8) : null;
  }

  private Path published(String name) {
    return VOLUME.resolve("published").resolve(epoch).resolve(name);
  }
}
