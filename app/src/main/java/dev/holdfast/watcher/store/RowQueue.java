package dev.holdfast.watcher.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The rows in memory, the oldest first, within a number and a sum of bytes. Full, it drops the
 * oldest: who adds one never waits.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class RowQueue {
  /** So many portions fill it: a portion is as much as one poll returns. */
  private static final int PORTIONS = 4;

  private final int rowsMax;
  private final long bytesMax;
  private final WriterCounts counts;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Row> rows = new ArrayDeque<>(); // guarded by lock
  private long bytes; // of the rows; guarded by lock
  private int wanted = Integer.MAX_VALUE; // the least that somebody waits for; guarded by lock
  private boolean isClosed; // guarded by lock

  RowQueue(int rowsMax, long bytesMax, WriterCounts counts) {
    this.rowsMax = rowsMax;
    this.bytesMax = bytesMax;
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
      rows.add(row);
      bytes += row.bytes();
      while (rows.size() > rowsMax || bytes > bytesMax) {
        remove();
        counts.dropped.increment();
      }
      if (hasEnough(wanted)) {
        wanted = Integer.MAX_VALUE;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private Row remove() {
    Row oldest = rows.remove();
    bytes -= oldest.bytes();
    return oldest;
  }

  /** Returns true if there are so many rows, or a portion. */
  private boolean hasEnough(int least) {
    return rows.size() >= least || bytes >= bytesMax / PORTIONS;
  }

  /** Returns true if there are so many rows, or as many bytes as a poll returns. */
  boolean has(int least) {
    lock.lock();
    try {
      return hasEnough(least);
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

  /**
   * Returns the oldest rows, up to a number and about a fourth of the bytes that it may have, or
   * none if there is none.
   */
  List<Row> poll(int most) {
    lock.lock();
    try {
      var taken = new ArrayList<Row>(Math.min(most, rows.size()));
      long enough = Math.max(0, bytes - bytesMax / PORTIONS);
      while (taken.size() < most && !rows.isEmpty() && (taken.isEmpty() || bytes > enough)) {
        taken.add(remove());
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there are so many rows or a portion, it is closed, or the time is over. */
  void await(int least, long ms) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(ms);
      while (!hasEnough(least) && !isClosed && left > 0) {
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
