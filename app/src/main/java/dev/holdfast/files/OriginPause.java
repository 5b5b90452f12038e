package dev.holdfast.files;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * A rest for an origin that takes no writes at all, so that thousands of pending ones do not all
 * try it in turn. It gets longer as long as nothing succeeds.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class OriginPause {
  /** An origin that is back is noticed within this time, in milliseconds. */
  private static final long LONGEST_MS = 5_000;

  private final long firstMs;
  private final long maxMs;
  private final RandomGenerator random;
  private final ReentrantLock lock = new ReentrantLock();
  private Backoff backoff; // guarded by lock
  private volatile long untilNanos = System.nanoTime();

  OriginPause(long firstMs, long maxMs, RandomGenerator random) {
    this.firstMs = firstMs;
    this.maxMs = Math.max(firstMs, Math.min(maxMs, LONGEST_MS));
    this.random = random;
    this.backoff = new Backoff(firstMs, this.maxMs, random);
  }

  /** Begins a rest, unless there is one already. */
  void begin() {
    lock.lock();
    try {
      if (System.nanoTime() - untilNanos >= 0) {
        untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(backoff.nextMs());
      }
    } finally {
      lock.unlock();
    }
  }

  /** The origin has taken a write: the next rest is a short one again. */
  void end() {
    lock.lock();
    try {
      backoff = new Backoff(firstMs, maxMs, random);
      untilNanos = System.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the end of a rest. */
  void await() throws InterruptedException {
    for (long left = left(); left > 0; left = left()) {
      TimeUnit.NANOSECONDS.sleep(left);
    }
  }

  private long left() {
    return untilNanos - System.nanoTime();
  }
}
