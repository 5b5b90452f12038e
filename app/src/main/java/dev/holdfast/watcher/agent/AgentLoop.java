package dev.holdfast.watcher.agent;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs an agent, and adds its own lag to the others.
 *
 * <p>Threading: one thread runs it. Any thread may close it.
 */
public final class AgentLoop implements Runnable, AutoCloseable {
  /** The loop runs at least so often, in ms, so that it notices when it stood still. */
  public static final int TICK_MS = 100;

  private final Agent agent;
  private final Lags lags;
  private volatile boolean isClosed;
  private volatile Thread thread;

  /**
   * @param lags gets the lag of this loop
   */
  public AgentLoop(Agent agent, Lags lags) {
    this.agent = agent;
    this.lags = lags;
    agent.wakesBy(this::wake);
  }

  /** Returns once it is closed. */
  @Override
  public void run() {
    thread = Thread.currentThread();
    while (!isClosed) {
      long waitNanos = agent.step();
      if (waitNanos > 0) {
        park(waitNanos);
      }
    }
  }

  private void park(long waitNanos) {
    long begin = System.nanoTime();
    LockSupport.parkNanos(this, waitNanos);
    long end = System.nanoTime();
    lags.add(end, TimeUnit.NANOSECONDS.toMicros(end - begin - waitNanos));
  }

  private void wake() {
    LockSupport.unpark(thread); // nothing happens before the loop runs
  }

  /** Ends the loop. Checks that run are left alone, and their results go to nobody. */
  @Override
  public void close() {
    isClosed = true;
    wake();
  }
}
