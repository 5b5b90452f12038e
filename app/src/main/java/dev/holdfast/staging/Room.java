package dev.holdfast.staging;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The bounded room of a store: shares with bounds of their own, one for each {@link Use}, and the
 * disk below them all. Room is taken as bytes come and given back when they are gone or belong to
 * another use.
 *
 * <p>Where the disk is what is short, files that the origin has as well are evicted first.
 *
 * <p>Threading: may be used from any number of threads. Whoever takes room holds no name's lock:
 * room comes from writes that settle, and from files that are evicted, which need these locks.
 */
final class Room {
  private final Map<Use, Share> shares = new EnumMap<>(Use.class);
  private final long diskFreeBytesMin;
  private final LongSupplier diskFreeBytes;
  private final Eviction eviction;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition freed = lock.newCondition();
  private long timesFreed; // guarded by lock
  private BooleanSupplier closed = () -> false;
  private long unwritten; // taken and not yet on the disk; guarded by lock

  /** The purposes of bytes. */
  enum Use {
    /** Bodies that clients are sending. */
    INCOMING,
    /** Writes that are on their way to the origin. */
    PENDING,
    /** Bodies that the origin is sending: as many as there are places there. */
    FETCHED
  }

  /** The answer to one who asks for room: taken, or the bound that is in the way. */
  enum Answer {
    TAKEN,
    SHARE_FULL,
    DISK_NEARLY_FULL
  }

  /**
   * The bounds of a share.
   *
   * @param bytesMax 0 or more
   * @param countMax bodies or writes, 0 or more
   */
  record Bound(long bytesMax, int countMax) {
    static final Bound NONE = new Bound(Long.MAX_VALUE, Integer.MAX_VALUE);
  }

  /** The part of a bound that is taken. All is guarded by lock. */
  private static final class Share {
    final Bound bound;
    long bytes;
    int count;

    Share(Bound bound) {
      this.bound = bound;
    }

    boolean fits(long moreBytes, int more) {
      return moreBytes <= bound.bytesMax() - bytes && more <= bound.countMax() - count;
    }

    void add(long moreBytes, int more) {
      bytes += moreBytes;
      count += more;
    }
  }

  /** Removes files that the origin has as well. */
  interface Eviction {
    /** Goes on until so many bytes are free on the disk, or there is nothing left to remove. */
    void makeFree(long bytes) throws IOException;
  }

  /**
   * @param bounds of the uses; one that is not in it has none
   * @param diskFreeBytesMin what must stay free on the disk, 0 or more
   * @param diskFreeBytes what is free now
   */
  Room(
      Map<Use, Bound> bounds,
      long diskFreeBytesMin,
      LongSupplier diskFreeBytes,
      Eviction eviction) {
    for (Use use : Use.values()) {
      shares.put(use, new Share(bounds.getOrDefault(use, Bound.NONE)));
    }
    this.diskFreeBytesMin = diskFreeBytesMin;
    this.diskFreeBytes = diskFreeBytes;
    this.eviction = eviction;
  }

  /** Returns true if so many bytes could ever be taken for a use, by its bound alone. */
  boolean couldHold(Use use, long bytes) {
    return bytes <= shares.get(use).bound.bytesMax();
  }

  /**
   * Takes room, waiting for it if need be.
   *
   * @param bytes that are about to be written, 0 or more
   * @param count 1 for a new body or write, 0 for more bytes of one that has room already
   * @param waitMs how long to wait, in milliseconds
   * @return anything but {@code TAKEN} if there was no room in that time, or can never be
   */
  Answer take(Use use, long bytes, int count, long waitMs)
      throws IOException, InterruptedException {
    Share share = shares.get(use);
    return await(bytes, waitMs, () -> taken(share, bytes, count));
  }

  /**
   * Takes room for a new body or write if there is some now; evicts nothing and waits for nobody.
   */
  boolean takeAtOnce(Use use, long bytes) {
    Share share = shares.get(use);
    return locked(() -> taken(share, bytes, 1)) == Answer.TAKEN;
  }

  /** The lock is held. */
  private Answer taken(Share share, long bytes, int count) {
    Answer answer = look(share, bytes, count);
    if (answer == Answer.TAKEN) {
      share.add(bytes, count);
      unwritten += bytes;
    }
    return answer;
  }

  /** Waits until there would be room for one more, by the same rules, and takes none. */
  Answer awaitRoom(Use use, long bytes, long waitMs) throws IOException, InterruptedException {
    Share share = shares.get(use);
    return await(0, waitMs, () -> share.fits(bytes, 1) ? look(share, 0, 1) : Answer.SHARE_FULL);
  }

  /** Moves one body, which is on the disk, from one use to another. */
  Answer move(Use from, Use to, long bytes, long waitMs) throws IOException, InterruptedException {
    Share share = shares.get(to);
    return await(
        0,
        waitMs,
        () -> {
          if (!share.fits(bytes, 1)) {
            return Answer.SHARE_FULL;
          }
          share.add(bytes, 1);
          give(shares.get(from), bytes, 1);
          return Answer.TAKEN;
        });
  }

  /** Counts what is there, whether it fits or not: nothing acknowledged is given up. */
  void occupy(Use use, long bytes) {
    lock.lock();
    try {
      shares.get(use).add(bytes, 1);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives room back.
   *
   * @param count 1 for a whole body or write, 0 for bytes that one does not need
   */
  void give(Use use, long bytes, int count) {
    lock.lock();
    try {
      give(shares.get(use), bytes, count);
    } finally {
      lock.unlock();
    }
  }

  /** Bytes that were taken have reached the disk, or will not. */
  void written(long bytes) {
    lock.lock();
    try {
      unwritten -= bytes;
    } finally {
      lock.unlock();
    }
  }

  long bytes(Use use) {
    lock.lock();
    try {
      return shares.get(use).bytes;
    } finally {
      lock.unlock();
    }
  }

  /** The lock is held. */
  private void give(Share share, long bytes, int count) {
    share.add(-bytes, -count);
    timesFreed++;
    freed.signalAll();
  }

  /** Takes no new write while this is true, whatever room there is. Called once, at first. */
  void closedWhile(BooleanSupplier full) {
    closed = full;
  }

  /** Something else than room has changed, for which a write may wait. */
  void lookAgain() {
    lock.lock();
    try {
      timesFreed++;
      freed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The lock is held. */
  private Answer look(Share share, long bytes, int count) {
    boolean isNewWrite = count > 0 && share == shares.get(Use.PENDING);
    if (!share.fits(bytes, count) || (isNewWrite && closed.getAsBoolean())) {
      return Answer.SHARE_FULL;
    }
    return diskFreeBytes.getAsLong() - unwritten - bytes < diskFreeBytesMin
        ? Answer.DISK_NEARLY_FULL
        : Answer.TAKEN;
  }

  /** A look at what is free, which takes it if it is enough. The lock is held. */
  private interface Attempt {
    Answer make();
  }

  /** Makes an attempt again and again, after each room that is given back, until time is up. */
  private Answer await(long bytes, long waitMs, Attempt attempt)
      throws IOException, InterruptedException {
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
    while (true) {
      long seen;
      Answer answer;
      lock.lockInterruptibly();
      try {
        seen = timesFreed;
        answer = attempt.make();
      } finally {
        lock.unlock();
      }
      if (answer == Answer.DISK_NEARLY_FULL) {
        eviction.makeFree(neededFree(bytes));
        answer = locked(attempt);
      }
      if (answer == Answer.TAKEN || !awaitFreed(seen, endNanos)) {
        return answer;
      }
    }
  }

  private Answer locked(Attempt attempt) {
    lock.lock();
    try {
      return attempt.make();
    } finally {
      lock.unlock();
    }
  }

  private long neededFree(long bytes) {
    lock.lock();
    try {
      return diskFreeBytesMin + unwritten + bytes;
    } finally {
      lock.unlock();
    }
  }

  /** False if nothing was given back in time since somebody looked. */
  private boolean awaitFreed(long seen, long endNanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long leftNanos = endNanos - System.nanoTime();
      while (timesFreed == seen && leftNanos > 0) {
        leftNanos = freed.awaitNanos(leftNanos);
      }
      return timesFreed != seen && leftNanos > 0;
    } finally {
      lock.unlock();
    }
  }
}
