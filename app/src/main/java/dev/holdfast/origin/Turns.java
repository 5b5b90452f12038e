package dev.holdfast.origin;

import dev.holdfast.names.StoredName;
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
  private final Map<StoredName, Line> lines = new HashMap<>(); // guarded by lock

  /** Those who have or want the turn of one file. */
  private static final class Line {
    final Semaphore turn = new Semaphore(1, true);
    int people; // guarded by lock
  }

  /** Waits for the turn of a file; empty if it did not come before the deadline. */
  Optional<Turn> take(StoredName name, Deadline deadline) throws InterruptedException {
    Line line = join(name);
    boolean taken = false;
    try {
      taken = line.turn.tryAcquire(deadline.leftNanos(), TimeUnit.NANOSECONDS);
    } finally {
      if (!taken) {
        leave(name);
      }
    }
    return taken ? Optional.of(new Turn(name, () -> passOn(name, line))) : Optional.empty();
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

  private Line join(StoredName name) {
    lock.lock();
    try {
      Line line = lines.computeIfAbsent(name, _ -> new Line());
      line.people++;
      return line;
    } finally {
      lock.unlock();
    }
  }

  private void passOn(StoredName name, Line line) {
    line.turn.release();
    leave(name);
  }

  private void leave(StoredName name) {
    lock.lock();
    try {
      Line line = lines.get(name);
      if (--line.people == 0) {
        lines.remove(name);
      }
    } finally {
      lock.unlock();
    }
  }
}
