package dev.holdfast.testkit;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;

/**
 * The state of a network between numbered places: what becomes of the bytes that one sends to
 * another. {@link CuttingProxy} keeps to it.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class Links {
  /** What becomes of the bytes from one place to another. */
  public sealed interface Fate {
    /** They arrive. */
    record Open() implements Fate {}

    /** They wait until the link is open again, as with a rule DROP of a firewall. */
    record Silent() implements Fate {}

    /** Their connection is reset, as with a rule REJECT. */
    record Reset() implements Fate {}

    /** They arrive so much later. */
    record Late(Duration by) implements Fate {}
  }

  private record Link(int from, int to) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Link, Fate> fates = new HashMap<>(); // of links that are not open

  /** Opens all links. */
  public void heal() {
    lock.lock();
    try {
      fates.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives every link between two different places a fate, or opens it. A place always reaches
   * itself.
   *
   * @param places the places are 1 to so many
   * @param affected takes the place that sends, and the one that gets
   */
  public void set(int places, Fate fate, BiPredicate<Integer, Integer> affected) {
    lock.lock();
    try {
      fates.clear();
      for (int from = 1; from <= places; from++) {
        for (int to = 1; to <= places; to++) {
          if (from != to && affected.test(from, to)) {
            fates.put(new Link(from, to), fate);
          }
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Returns the fate of a link. */
  Fate fate(int from, int to) {
    lock.lock();
    try {
      return fates.getOrDefault(new Link(from, to), new Fate.Open());
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many wait for a link to change. */
  int waiting() {
    lock.lock();
    try {
      return lock.getWaitQueueLength(changed);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the link lets something through. Returns false if it resets instead. */
  boolean await(int from, int to) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        switch (fate(from, to)) {
          case Fate.Open _ -> {
            return true;
          }
          case Fate.Silent _ -> changed.await();
          case Fate.Reset _ -> {
            return false;
          }
          case Fate.Late(Duration by) -> {
            long left = by.toNanos();
            while (left > 0 && fate(from, to) instanceof Fate.Late) {
              left = changed.awaitNanos(left);
            }
            if (left <= 0) {
              return true;
            }
          }
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until a link resets its connections. */
  void awaitReset(int one, int other) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!(fate(one, other) instanceof Fate.Reset)
          && !(fate(other, one) instanceof Fate.Reset)) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }
}
