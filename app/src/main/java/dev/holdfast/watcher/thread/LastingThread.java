package dev.holdfast.watcher.thread;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;

/**
 * A thread that takes one turn after the other until a turn ends it. A turn that throws is counted
 * and logged, and the next one comes after a pause.
 *
 * <p>Threading: any number of threads.
 */
public final class LastingThread {
  private final String name;
  private final Turn turn;
  private final long pauseNanos;
  private final Failures failures;
  private final Thread thread;
  private volatile boolean isOver;

  /** A turn of a thread. */
  @FunctionalInterface
  public interface Turn {
    /**
     * Does what is to be done.
     *
     * @return false if the thread is to end
     * @throws InterruptedException if it is interrupted, which ends the thread
     */
    boolean take() throws InterruptedException;
  }

  /**
   * A thread that is to be started.
   *
   * @param pauseMs how long it rests after a turn that failed, in ms
   */
  public LastingThread(String name, int pauseMs, Logger log, Turn turn) {
    this.name = name;
    this.turn = turn;
    this.pauseNanos = TimeUnit.MILLISECONDS.toNanos(pauseMs);
    this.failures = new Failures(log, "a turn of the thread " + name);
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  /** Starts the thread, unless it is started. */
  public synchronized void start() {
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
  }

  /** Returns the name of the thread. */
  public String name() {
    return name;
  }

  /** Returns true if the thread has ended, and no turn has ended it. */
  public boolean hasDied() {
    return thread.getState() == Thread.State.TERMINATED && !isOver;
  }

  /** Notes a failure that did not end its turn. Never throws. */
  public void failed(Throwable failure) {
    failures.note(failure);
  }

  /** Returns how many turns, and parts of turns, have failed. */
  public long failures() {
    return failures.count();
  }

  /** Wakes the thread if it is parked. */
  public void wake() {
    LockSupport.unpark(thread);
  }

  /** Waits for the end of the thread, if it was started. */
  public void join() throws InterruptedException {
    thread.join();
  }

  /**
   * Waits for the end of the thread. Returns true if it has ended, or was never started.
   *
   * @param longest how long to wait
   */
  public boolean join(Duration longest) throws InterruptedException {
    return thread.getState() == Thread.State.NEW || thread.join(longest);
  }

  private void run() {
    try {
      while (isTaken()) {
        // the next turn
      }
      isOver = true;
    } catch (InterruptedException e) {
      failures.note(e); // Nobody interrupts it: hasDied tells of that.
    }
  }

  /** Takes a turn. Returns false if it was the last one. */
  private boolean isTaken() throws InterruptedException {
    try {
      return turn.take();
    } catch (RuntimeException | Error e) {
      failures.note(e);
      LockSupport.parkNanos(this, pauseNanos);
      return true;
    }
  }
}
