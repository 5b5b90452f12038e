package dev.holdfast.files;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Wakes one thread that waits for a state, whenever the state may have come.
 *
 * <p>Threading: one thread waits, any number may give the signal.
 */
final class Signal {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition given = lock.newCondition();

  /** Has the state looked at again. */
  void give() {
    lock.lock();
    try {
      given.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for a state. It is looked at once, and after each signal.
   *
   * @param waitMs how long, in milliseconds, 0 or more
   * @return true if it has come in time
   */
  boolean await(BooleanSupplier state, long waitMs) throws InterruptedException {
    long leftNanos = TimeUnit.MILLISECONDS.toNanos(waitMs);
    lock.lock();
    try {
      while (!state.getAsBoolean()) {
        if (leftNanos <= 0) {
          return false;
        }
        leftNanos = given.awaitNanos(leftNanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
