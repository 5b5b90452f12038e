package dev.holdfast.bench;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One force for all who wait. Writers that ask while a force runs share the next one, as in the
 * staging store.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class SharedForce {
  private final Step step;
  private final ReentrantLock forcing = new ReentrantLock();
  private final ReentrantLock joining = new ReentrantLock();
  private Round next = new Round(); // guarded by joining

  /** What is done once for all who wait. */
  interface Step {
    void run() throws IOException;
  }

  SharedForce(Step step) {
    this.step = step;
  }

  /**
   * Returns when a whole step has been run since the call.
   *
   * @throws IOException if it failed
   */
  void await() throws IOException {
    Round mine = join();
    forcing.lock();
    try {
      if (!mine.over) {
        close();
        step.run();
        mine.over = true;
      }
    } finally {
      forcing.unlock();
    }
  }

  private Round join() {
    joining.lock();
    try {
      return next;
    } finally {
      joining.unlock();
    }
  }

  private void close() {
    joining.lock();
    try {
      next = new Round();
    } finally {
      joining.unlock();
    }
  }

  private static final class Round {
    boolean over; // guarded by forcing
  }
}
