package dev.holdfast.watcher.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The rows in memory, the oldest first. Full, it drops the oldest: who adds one never waits.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class RowQueue {
  private final int rowsMax;
  private final WriterCounts counts;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Row> rows = new ArrayDeque<>(); // guarded by lock
  private int wanted = Integer.MAX_VALUE; // the least that somebody waits for; guarded by lock
  private boolean isClosed; // guarded by lock

  RowQueue(int rowsMax, WriterCounts counts) {
    this.rowsMax = rowsMax;
    this.counts = counts;
  }

  /** Adds a row. After the close it counts as dropped. */
  void add(Row row) {
    lock.lock();
    try {
      counts.taken.increment();
      if (isClosed) {
        counts.dropped.increment();
        return;
      }
      if (rows.size() >= rowsMax) {
        rows.remove();
        counts.dropped.increment();
      }
      rows.add(row);
      if (rows.size() >= wanted) {
        wanted = Integer.MAX_VALUE;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return rows.size();
    } finally {
      lock.unlock();
    }
  }

  /** Returns the oldest rows, up to a number, or none if there is none. */
  List<Row> poll(int most) {
    lock.lock();
    try {
      var taken = new ArrayList<Row>(Math.min(most, rows.size()));
      while (taken.size() < most && !rows.isEmpty()) {
        taken.add(rows.remove());
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there are so many rows, it is closed, or the time is over. */
  void await(int least, long ms) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(ms);
      while (rows.size() < least && !isClosed && left > 0) {
        wanted = Math.min(wanted, least);
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until it is closed or the time is over. Returns true if it is closed. */
  boolean awaitClose(long ms) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(ms);
      while (!isClosed && left > 0) {
        left = changed.awaitNanos(left);
      }
      return isClosed;
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return isClosed;
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      isClosed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
