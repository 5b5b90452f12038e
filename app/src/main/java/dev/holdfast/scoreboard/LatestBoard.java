package dev.holdfast.scoreboard;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The newest state of the board, for all viewers. A slow viewer misses states and delays nobody.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class LatestBoard {
  /** A state and its number, which grows. */
  record Numbered(long number, String json) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Numbered latest = new Numbered(0, "{}"); // guarded by lock
  private boolean closed; // guarded by lock

  void publish(String json) {
    lock.lock();
    try {
      latest = new Numbered(latest.number() + 1, json);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for a state with a higher number.
   *
   * @return empty if none comes in time, or the board is closed
   */
  Optional<Numbered> after(long number, long waitMs) throws InterruptedException {
    long left = TimeUnit.MILLISECONDS.toNanos(waitMs);
    lock.lock();
    try {
      while (!closed && latest.number() <= number && left > 0) {
        left = changed.awaitNanos(left);
      }
      return closed || latest.number() <= number ? Optional.empty() : Optional.of(latest);
    } finally {
      lock.unlock();
    }
  }

  /** Ends all waits. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
