package dev.holdfast.staging;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bounded room for writes: bodies that are coming in and writes that are pending. Room is
 * reserved before a body is taken and given back when its write has settled or was dropped.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Room {
  private final long bytesMax;
  private final int countMax;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition freed = lock.newCondition();
  private long bytes; // guarded by lock
  private int count; // guarded by lock

  Room(long bytesMax, int countMax) {
    this.bytesMax = bytesMax;
    this.countMax = countMax;
  }

  /**
   * Reserves room for one write, waiting for it if need be.
   *
   * @param waitMs how long to wait, in milliseconds
   * @return false if there was no room in that time, or can never be
   */
  boolean reserve(long size, long waitMs) throws InterruptedException {
    return take(size, 1, waitMs);
  }

  /** Reserves more bytes for a write that has room already; the same rules. */
  boolean grow(long size, long waitMs) throws InterruptedException {
    return take(size, 0, waitMs);
  }

  /** Counts what recovery found, whether it fits or not: nothing acknowledged is given up. */
  void occupy(long size) {
    lock.lock();
    try {
      bytes += size;
      count++;
    } finally {
      lock.unlock();
    }
  }

  /** Gives the room of one write back. */
  void release(long size) {
    lock.lock();
    try {
      bytes -= size;
      count--;
      freed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Gives back bytes of a write that turned out shorter than what was reserved for it. */
  void shrink(long size) {
    lock.lock();
    try {
      bytes -= size;
      freed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  private boolean take(long size, int writes, long waitMs) throws InterruptedException {
    if (size > bytesMax) {
      return false;
    }
    long leftNanos = TimeUnit.MILLISECONDS.toNanos(waitMs);
    lock.lockInterruptibly();
    try {
      while (bytes + size > bytesMax || count + writes > countMax) {
        if (leftNanos <= 0) {
          return false;
        }
        leftNanos = freed.awaitNanos(leftNanos);
      }
      bytes += size;
      count += writes;
      return true;
    } finally {
      lock.unlock();
    }
  }
}
