package dev.holdfast.origin;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The places at the origin. Reads and writes each have a guaranteed share of them and may use what
 * the other leaves: a place that is given back goes first to the kind that waits and has less than
 * its share, else to whoever waits longest. Within a kind it is first come, first served.
 *
 * <p>A place is taken only for a request that can end while somebody still waits for its answer.
 * Two looks keep to that, both by how long requests of the kind took lately: who comes and cannot
 * be served in time by those before him is refused at once, and who has become too late while he
 * waited is passed over.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Permits {
  private final int placesMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Line reads; // guarded by lock
  private final Line writes; // guarded by lock
  private long lastTicket; // guarded by lock

  /** The outcome of asking for a place. */
  enum Answer {
    TAKEN,
    /** More wait already than can be served in time. */
    CROWDED,
    /** There was none in time. */
    NONE_IN_TIME;

    /** Why nothing is sent; null if there is a place. */
    Failure failure() {
      return switch (this) {
        case TAKEN -> null;
        case CROWDED -> Failure.NotSent.CROWDED;
        case NONE_IN_TIME -> Failure.NotSent.FULL;
      };
    }
  }

  /**
   * @param placesMax requests at once, 1 or more
   * @param writesMax how many of them may be writes, 1 to {@code placesMax}; the rest is the share
   *     of reads
   * @param writesMin the share of writes, 0 to {@code writesMax}
   */
  Permits(int placesMax, int writesMax, int writesMin) {
    this.placesMax = placesMax;
    this.reads = new Line(placesMax - writesMax, placesMax);
    this.writes = new Line(writesMin, writesMax);
  }

  /** Takes a place for a read. */
  Answer takeForRead(Patience patience) throws InterruptedException {
    return take(reads, writes, patience);
  }

  /** Takes a place for a write, or for what a write needs to settle. */
  Answer takeForWrite(Patience patience) throws InterruptedException {
    return take(writes, reads, patience);
  }

  void releaseRead() {
    release(reads);
  }

  void releaseWrite() {
    release(writes);
  }

  int inUse() {
    lock.lock();
    try {
      return reads.inUse() + writes.inUse();
    } finally {
      lock.unlock();
    }
  }

  int waiting() {
    lock.lock();
    try {
      return reads.waiting.size() + writes.waiting.size();
    } finally {
      lock.unlock();
    }
  }

  private Answer take(Line line, Line other, Patience patience) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var me = new Waiter(++lastTicket, patience, patience.wholeNanos(), lock.newCondition());
      line.waiting.add(me);
      giveFreePlaces();
      if (me.answer == null && !line.canServeInTime(me, placesMax - other.claimed())) {
        me.answer = Answer.CROWDED;
      }
      return await(line, me);
    } finally {
      lock.unlock();
    }
  }

  /** The lock is held. */
  private Answer await(Line line, Waiter me) throws InterruptedException {
    try {
      while (me.answer == null) {
        long leftNanos = me.patience.until().leftNanos();
        if (leftNanos == 0) {
          me.answer = Answer.NONE_IN_TIME;
        } else {
          me.called.await(leftNanos, TimeUnit.NANOSECONDS);
        }
      }
      return me.answer;
    } catch (InterruptedException e) {
      if (me.answer == Answer.TAKEN) {
        line.unused();
        giveFreePlaces();
      }
      throw e;
    } finally {
      line.waiting.remove(me);
    }
  }

  private void release(Line line) {
    lock.lock();
    try {
      line.ended();
      giveFreePlaces();
    } finally {
      lock.unlock();
    }
  }

  /** The lock is held. */
  private void giveFreePlaces() {
    while (reads.inUse() + writes.inUse() < placesMax) {
      reads.passOverTheLate();
      writes.passOverTheLate();
      Line next = next();
      if (next == null) {
        return;
      }
      next.begin();
    }
  }

  /** Whose turn it is; null if nobody waits who may have a place. The lock is held. */
  private Line next() {
    if (!reads.wants() || !writes.wants()) {
      return reads.wants() ? reads : writes.wants() ? writes : null;
    }
    if (reads.isBelowShare() != writes.isBelowShare()) {
      return reads.isBelowShare() ? reads : writes;
    }
    return reads.waiting.peek().ticket < writes.waiting.peek().ticket ? reads : writes;
  }

  /** Somebody who waits for a place. All is guarded by lock. */
  private static final class Waiter {
    final long ticket;
    final Patience patience;
    final long wholeNanos;
    final Condition called;
    Answer answer;

    Waiter(long ticket, Patience patience, long wholeNanos, Condition called) {
      this.ticket = ticket;
      this.patience = patience;
      this.wholeNanos = wholeNanos;
      this.called = called;
    }
  }

  /**
   * Those of one kind: who waits, and since when whoever has a place has it. All is guarded by
   * lock.
   */
  private static final class Line {
    final int share;
    final int most;
    final ArrayDeque<Waiter> waiting = new ArrayDeque<>();

    /**
     * When each place was taken that is in use, in order. Whichever request ends, the longest is
     * taken off: in sum that is the same, and one that hangs does not count for hours when it ends.
     */
    final ArrayDeque<Long> begun = new ArrayDeque<>();

    final Typical typical = new Typical();

    Line(int share, int most) {
      this.share = share;
      this.most = most;
    }

    int inUse() {
      return begun.size();
    }

    boolean wants() {
      return !waiting.isEmpty() && inUse() < most;
    }

    boolean isBelowShare() {
      return inUse() < share;
    }

    /** Places that the other kind cannot count on. */
    int claimed() {
      return Math.min(share, inUse() + waiting.size());
    }

    void begin() {
      Waiter first = waiting.remove();
      begun.add(System.nanoTime());
      first.answer = Answer.TAKEN;
      first.called.signal();
    }

    void ended() {
      typical.add(System.nanoTime() - begun.remove());
    }

    /** A place was given to somebody who went away at the same moment. */
    void unused() {
      begun.removeLast();
    }

    void passOverTheLate() {
      while (!waiting.isEmpty() && isLate(waiting.peek())) {
        Waiter late = waiting.remove();
        late.answer = Answer.NONE_IN_TIME;
        late.called.signal();
      }
    }

    private boolean isLate(Waiter waiter) {
      long leftNanos = waiter.patience.until().leftNanos();
      boolean over = leftNanos == 0 && waiter.wholeNanos > 0;
      return over || leftNanos < needed(waiter);
    }

    /** Returns the time that a request must have left when it begins, in nanoseconds. */
    private long needed(Waiter waiter) {
      return Math.min(typical.mostNanos(), waiter.wholeNanos / 2);
    }

    /**
     * Returns true if those who wait before somebody let him begin in time, by what is known. The
     * answer is always true for one who has fewer before him than there are places.
     */
    boolean canServeInTime(Waiter last, int placesMax) {
      int rounds = (waiting.size() - 1) / Math.clamp(placesMax, 1, most);
      long aheadNanos = rounds * typical.meanNanos();
      return rounds == 0 || aheadNanos + needed(last) <= last.patience.until().leftNanos();
    }
  }

  /** How long requests take lately, smoothed as TCP smooths its round trips (RFC 6298). */
  private static final class Typical {
    private double mean; // nanoseconds; 0 before the first
    private double deviation;

    void add(long nanos) {
      if (mean == 0) {
        mean = nanos;
        deviation = nanos / 2.0;
      } else {
        deviation += (Math.abs(mean - nanos) - deviation) / 4;
        mean += (nanos - mean) / 8;
      }
    }

    long meanNanos() {
      return (long) mean;
    }

    /**
     * Returns the time that hardly a request exceeds, and at least twice the mean: the answer is
     * still to be used. In nanoseconds.
     */
    long mostNanos() {
      return (long) (mean + Math.max(mean, 4 * deviation));
    }
  }
}
