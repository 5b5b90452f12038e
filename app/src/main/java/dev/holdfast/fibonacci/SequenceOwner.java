package dev.holdfast.fibonacci;

import dev.holdfast.disk.LocalDisk;
import dev.holdfast.service.ServiceContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
  private static final byte[] RING_KEY =
      FibonacciRoutes.RING_KEY.getBytes(StandardCharsets.US_ASCII);

  /** From the end of one try to the next, at least. */
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final FibonacciConfig config;
  private final ServiceContext context;
  private final FibonacciMeters meters;
  private final ReentrantLock taking = new ReentrantLock();
  private volatile Ownership ownership; // changed under taking
  private boolean isDamaged; // guarded by taking
  private boolean isClosed; // guarded by taking
  private long triedNanos; // when the last try ended; guarded by taking

  private SequenceOwner(FibonacciConfig config, ServiceContext context, Ownership ownership) {
    this.config = config;
    this.context = context;
    this.ownership = ownership;
    this.meters = new FibonacciMeters(context.meters());
  }

  /** Takes up the sequence if it is this sidecar's. */
  static SequenceOwner start(FibonacciConfig config, ServiceContext context) {
    if (!context.owners().isSelf(RING_KEY)) {
      return new SequenceOwner(config, context, new Ownership.Elsewhere());
    }
    var owner = new SequenceOwner(config, context, new Ownership.Unusable("not taken up yet"));
    owner.meters.unusable(() -> owner.ownership instanceof Ownership.Unusable);
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
    try {
      ownership =
          new Ownership.Here(
              Sequence.open(
                  new LocalDisk(context.diskForces()),
                  context.directory(),
                  context.others().list(),
                  config,
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
}
