package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.thread.Failures;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs an agent, and adds its own lag to the others.
 *
 * <p>Threading: one thread runs it. Any thread may close it.
 */
public final class AgentLoop implements Runnable, AutoCloseable {
  /** The loop runs at least so often, in ms, so that it notices when it stood still. */
  public static final int TICK_MS = 100;

  private static final Logger log = LoggerFactory.getLogger(AgentLoop.class);

  private final Agent agent;
  private final Lags lags;
  private final Failures failures = new Failures(log, "a step of the agent");
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
      long waitNanos = step();
      if (waitNanos > 0) {
        park(waitNanos);
      }
    }
    try {
      agent.stop();
    } catch (RuntimeException | Error e) {
      log.error("the agent could not stop; results of checks that ran may be missing", e);
    }
  }

  private long step() {
    try {
      return agent.step();
    } catch (RuntimeException | Error e) {
      // Goes on: without this thread no site is checked any more.
      agent.counts().failed();
      failures.note(e);
      return TimeUnit.MILLISECONDS.toNanos(TICK_MS);
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

  /** Ends the loop. Checks that run then come to a result that says nothing of their sites. */
  @Override
  public void close() {
    isClosed = true;
    wake();
  }
}
