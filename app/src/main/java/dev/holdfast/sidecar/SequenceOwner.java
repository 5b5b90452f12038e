package dev.holdfast.sidecar;

import dev.holdfast.disk.LocalDisk;
import dev.holdfast.fibonacci.DamagedPositionException;
import dev.holdfast.fibonacci.FibonacciRoutes;
import dev.holdfast.fibonacci.Ownership;
import dev.holdfast.fibonacci.Sequence;
import dev.holdfast.metrics.Meters;
import dev.holdfast.names.Ring;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Fibonacci sequence of a ring: which sidecar has it, and what it takes it up from. When the
 * ring changes another one may have it: that one looks what all the others have written.
 *
 * <p>Where it cannot be taken up the sidecar starts all the same: its files have nothing to do with
 * it. Requests then try again, one at a time; but not if a file is damaged, which is for somebody
 * to look at.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class SequenceOwner implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SequenceOwner.class);
  private static final String DIRECTORY = "fibonacci";
  private static final byte[] RING_KEY =
      FibonacciRoutes.RING_KEY.getBytes(StandardCharsets.US_ASCII);

  /** From the end of one try to the next, at least. */
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final SidecarConfig config;
  private final Meters meters;
  private final ReentrantLock taking = new ReentrantLock();
  private volatile Ownership ownership; // changed under taking
  private boolean isDamaged; // guarded by taking
  private boolean isClosed; // guarded by taking
  private long triedNanos; // when the last try ended; guarded by taking

  private SequenceOwner(SidecarConfig config, Ownership ownership, Meters meters) {
    this.config = config;
    this.ownership = ownership;
    this.meters = meters;
  }

  /** Takes up the sequence if it is this sidecar's. */
  static SequenceOwner start(SidecarConfig config, Ring ring, Meters meters) {
    if (!ring.owner(RING_KEY).equals(config.self())) {
      return new SequenceOwner(config, new Ownership.Elsewhere(), meters);
    }
    var owner = new SequenceOwner(config, new Ownership.Unusable("not taken up yet"), meters);
    meters.fibonacciUnusable(() -> owner.ownership instanceof Ownership.Unusable);
    owner.taking.lock();
    try {
      owner.takeUp(true);
    } finally {
      owner.taking.unlock();
    }
    return owner;
  }

  /** Whether the sequence is here, as far as is known. */
  Ownership known() {
    return ownership;
  }

  /** Whether the sequence is here; if it could not be taken up, that is tried again. */
  Ownership ownership() {
    if (ownership instanceof Ownership.Unusable && taking.tryLock()) {
      try {
        if (ownership instanceof Ownership.Unusable
            && !isDamaged
            && !isClosed
            && System.nanoTime() - triedNanos >= RETRY_NANOS) {
          takeUp(false);
        }
      } finally {
        taking.unlock();
      }
    }
    return ownership;
  }

  /** Closes the sequence if it is here; it is not taken up any more. */
  @Override
  public void close() {
    taking.lock();
    try {
      isClosed = true;
      if (ownership instanceof Ownership.Here here) {
        here.sequence().close();
      }
    } finally {
      taking.unlock();
    }
  }

  private void takeUp(boolean isFirst) {
    Path own = config.stagingDir().resolve(config.directory()).resolve(DIRECTORY);
    try {
      ownership =
          new Ownership.Here(
              Sequence.open(
                  new LocalDisk(meters.diskForces()),
                  own,
                  others(config, own),
                  config.fibonacci(),
                  meters));
    } catch (IOException | RuntimeException e) {
      isDamaged = e instanceof DamagedPositionException;
      if (isFirst || isDamaged) { // once, not for every request that follows
        log.error("the sequence cannot be taken up; its requests are answered 503", e);
      }
      ownership = new Ownership.Unusable("the sequence cannot be taken up; the log says why");
    }
    triedNanos = System.nanoTime();
  }

  private static List<Path> others(SidecarConfig config, Path own) throws IOException {
    var others = new ArrayList<Path>();
    for (Path directory : SidecarDirectories.all(config.stagingDir())) {
      Path other = directory.resolve(DIRECTORY);
      if (!other.equals(own) && SidecarDirectories.isThere(directory, DIRECTORY)) {
        others.add(other);
      }
    }
    return others;
  }
}
