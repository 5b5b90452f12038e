package dev.holdfast.staging;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The bounded room for writes: bodies that are coming in and writes that are pending, and the disk
 * below them. Room is reserved before a body is taken and given back when its write has settled or
 * was dropped.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Room {
  private final long bytesMax;
  private final int countMax;
  private final long diskFreeBytesMin;
  private final LongSupplier diskFreeBytes;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition freed = lock.newCondition();
  private long bytes; // guarded by lock
  private int count; // guarded by lock
  private long unwritten; // reserved and not yet on the disk; guarded by lock

  /** Whether there was room, and if not, of what kind. */
  enum Answer {
    TAKEN,
    TOO_MUCH_PENDING,
    DISK_NEARLY_FULL
  }

  /**
   * @param bytesMax of bodies, 0 or more
   * @param countMax of writes, 0 or more
   * @param diskFreeBytesMin what must stay free on the disk, 0 or more
   * @param diskFreeBytes what is free now
   */
  Room(long bytesMax, int countMax, long diskFreeBytesMin, LongSupplier diskFreeBytes) {
    this.bytesMax = bytesMax;
    this.countMax = countMax;
    this.diskFreeBytesMin = diskFreeBytesMin;
    this.diskFreeBytes = diskFreeBytes;
  }

  /**
   * Reserves room for one write, waiting for it if need be.
   *
   * @param waitMs how long to wait, in milliseconds
   * @return anything but {@code TAKEN} if there was no room in that time, or can never be
   */
  Answer reserve(long size, long waitMs) throws InterruptedException {
    return take(size, 1, waitMs);
  }

  /** Reserves more bytes for a write that has room already; the same rules. */
  Answer grow(long size, long waitMs) throws InterruptedException {
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

  /** Bytes of a reservation have reached the disk, or will not. */
  void written(long size) {
    lock.lock();
    try {
      unwritten -= size;
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

  private Answer take(long size, int writes, long waitMs) throws InterruptedException {
    if (size > bytesMax) {
      return Answer.TOO_MUCH_PENDING;
    }
    long leftNanos = TimeUnit.MILLISECONDS.toNanos(waitMs);
    lock.lockInterruptibly();
    try {
      Answer answer = look(size, writes);
      while (answer != Answer.TAKEN && leftNanos > 0) {
        leftNanos = freed.awaitNanos(leftNanos);
        answer = look(size, writes);
      }
      if (answer == Answer.TAKEN) {
        bytes += size;
        count += writes;
        unwritten += size;
      }
      return answer;
    } finally {
      lock.unlock();
    }
  }

  /** The lock is held. */
  private Answer look(long size, int writes) {
    if (bytes + size > bytesMax || count + writes > countMax) {
      return Answer.TOO_MUCH_PENDING;
    }
    return diskFreeBytes.getAsLong() - unwritten - size < diskFreeBytesMin
        ? Answer.DISK_NEARLY_FULL
        : Answer.TAKEN;
  }
}
