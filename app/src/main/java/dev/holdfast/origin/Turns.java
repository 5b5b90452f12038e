package dev.holdfast.origin;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands out the turns of files, first come, first served.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Turns {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Line> lines = new HashMap<>(); // guarded by lock

  /** Those who have or want the turn of one file. */
  private static final class Line {
    final Semaphore turn = new Semaphore(1, true);
    int people; // guarded by lock
  }

  /** Waits for the turn of a file; empty if it did not come before the deadline. */
  Optional<Turn> take(String file, Deadline deadline) throws InterruptedException {
    Line line = join(file);
    boolean taken = false;
    try {
      taken = line.turn.tryAcquire(deadline.leftNanos(), TimeUnit.NANOSECONDS);
    } finally {
      if (!taken) {
        leave(file);
      }
    }
    return taken ? Optional.of(new Turn(file, () -> passOn(file, line))) : Optional.empty();
  }

  /** How many files have a line; for tests and meters. */
  int lines() {
    lock.lock();
    try {
      return lines.size();
    } finally {
      lock.unlock();
    }
  }

  private Line join(String file) {
    lock.lock();
    try {
      Line line = lines.computeIfAbsent(file, f -> new Line());
      line.people++;
      return line;
    } finally {
      lock.unlock();
    }
  }

  private void passOn(String file, Line line) {
    line.turn.release();
    leave(file);
  }

  private void leave(String file) {
    lock.lock();
    try {
      Line line = lines.get(file);
      if (--line.people == 0) {
        lines.remove(file);
      }
    } finally {
      lock.unlock();
    }
  }
}
