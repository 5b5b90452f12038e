package dev.holdfast.counters.http;

import dev.holdfast.counters.Clock;
import dev.holdfast.counters.Guarded;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The monotonic clock of this machine, and one thread for what is to be done later.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class SystemClock implements Clock, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SystemClock.class);

  private final Guarded guarded;
  private final ScheduledThreadPoolExecutor timer;

  public SystemClock() {
    this(new Guarded(() -> {}));
  }

  SystemClock(Guarded guarded) {
    this.guarded = guarded;
    timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("counters-timer").daemon().factory());
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    timer.setRemoveOnCancelPolicy(true);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Later after(long delayMs, Runnable task) {
    try {
      Runnable run = () -> guarded.run(task); // nobody looks into its future
      ScheduledFuture<?> later = timer.schedule(run, delayMs, TimeUnit.MILLISECONDS);
      return () -> later.cancel(false);
    } catch (RejectedExecutionException closed) {
      log.debug("left out: the actor has ended", closed);
      return () -> {};
    }
  }

  /** Leaves out what was to be done later. */
  @Override
  public void close() {
    timer.shutdownNow();
  }
}
