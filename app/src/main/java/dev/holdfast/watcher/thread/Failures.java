package dev.holdfast.watcher.thread;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/**
 * Counts the failures of something that must go on, and logs one of them in a while.
 *
 * <p>Threading: any number of threads.
 */
public final class Failures {
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Logger log;
  private final String what;
  private final AtomicLong count = new AtomicLong(); // it takes no memory to count
  private final AtomicLong quietUntilNanos = new AtomicLong(System.nanoTime());

  /**
   * @param what the beginning of the line in the log
   */
  public Failures(Logger log, String what) {
    this.log = log;
    this.what = what;
  }

  /** Notes a failure. Never throws. */
  public void note(Throwable failure) {
    count.incrementAndGet();
    try {
      long now = System.nanoTime();
      long until = quietUntilNanos.get();
      if (now - until >= 0 && quietUntilNanos.compareAndSet(until, now + QUIET_NANOS)) {
        log.error("{} has failed; it goes on", what, failure);
      }
    } catch (RuntimeException | Error again) {
      // Without memory for a line, the count is all that can be told.
    }
  }

  /** Returns how many there were. */
  public long count() {
    return count.get();
  }
}
