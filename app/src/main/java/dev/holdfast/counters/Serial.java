package dev.holdfast.counters;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Runs one thing at a time: the one lock of an actor. Whoever has it does not wait for anything but
 * memory.
 *
 * <p>Threading: may be used from any number of threads, and by whoever has it already.
 */
final class Serial {
  private final ReentrantLock lock = new ReentrantLock();

  void run(Runnable task) {
    lock.lock();
    try {
      task.run();
    } finally {
      lock.unlock();
    }
  }

  <T> T call(Supplier<T> task) {
    lock.lock();
    try {
      return task.get();
    } finally {
      lock.unlock();
    }
  }
}
