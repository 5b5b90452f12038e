package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.thread.LastingThread;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deadlines on a monotonic clock: a wheel of slots, so that to set and to drop one costs the same
 * however many there are. A deadline never fires early, and at most one tick late if the process
 * runs.
 *
 * <p>The wheel also sees that the process did not run: a turn that comes much too late. It tells
 * before it fires anything, since the deadlines that passed meanwhile say nothing.
 *
 * <p>Threading: any number of threads. The lock is this object. Actions run without it, on the
 * thread that turns the wheel, and must not block.
 */
final class Deadlines implements AutoCloseable {
  /** The width of a slot, in ns. */
  static final long TICK_NANOS = 4_000_000;

  /** A turn that is so much later than the one before means that the process did not run, in ns. */
  static final long STALL_NANOS = 1_000_000_000;

  private static final int SLOTS = 2048;

  /** The pause after a turn that failed, in ms: about a tick, since time goes on. */
  private static final int PAUSE_MS = 4;

  private static final Logger log = LoggerFactory.getLogger(Deadlines.class);

  private final LongSupplier nanos;
  private final LongConsumer stalled;
  private final Deadline[] slots = new Deadline[SLOTS];
  private final LagWindow lags = new LagWindow();
  private int count;
  private long lastTick;
  private long lastTurnNanos;
  private final LastingThread turner =
      new LastingThread("watcher-deadlines", PAUSE_MS, log, this::takeTurn);
  private volatile boolean isClosed;

  /** A deadline that is set. Its links belong to the wheel. */
  final class Deadline {
    private final long tick;
    private final Runnable action;
    private Deadline before;
    private Deadline after;
    private boolean isSet = true;

    private Deadline(long tick, Runnable action) {
      this.tick = tick;
      this.action = action;
    }

    /** Drops the deadline. Does nothing if it has fired. */
    void drop() {
      synchronized (Deadlines.this) {
        if (isSet) {
          unlink(this);
        }
      }
    }
  }

  /**
   * A wheel that stands still until it is turned.
   *
   * @param nanos the monotonic clock
   * @param stalled takes how long the process did not run, in ns
   */
  Deadlines(LongSupplier nanos, LongConsumer stalled) {
    this.nanos = nanos;
    this.stalled = stalled;
    this.lastTurnNanos = nanos.getAsLong();
    this.lastTick = Math.floorDiv(lastTurnNanos, TICK_NANOS);
  }

  /** Lets a thread turn the wheel until {@link #close}. */
  void start() {
    turner.start();
  }

  /**
   * Sets a deadline at a moment of the monotonic clock. One that is past fires at the next turn.
   */
  Deadline at(long atNanos, Runnable action) {
    Deadline deadline;
    boolean isFirst;
    synchronized (this) {
      isFirst = count == 0;
      if (isFirst) {
        // The wheel stood still, for want of deadlines.
        lastTurnNanos = nanos.getAsLong();
        lastTick = Math.floorDiv(lastTurnNanos, TICK_NANOS);
      }
      long tick = Math.max(Math.ceilDiv(atNanos, TICK_NANOS), lastTick + 1);
      deadline = new Deadline(tick, action);
      link(deadline);
    }
    if (isFirst) {
      turner.wake();
    }
    return deadline;
  }

  /**
   * Fires what is due, after it has told of a stall if there was one. It takes no memory of its
   * own, so that what is due is fired without any, too.
   */
  void turn() {
    long now = nanos.getAsLong();
    long gapNanos;
    Deadline due;
    synchronized (this) {
      gapNanos = count == 0 ? 0 : now - lastTurnNanos;
      lastTurnNanos = now;
      due = takeDue(Math.floorDiv(now, TICK_NANOS));
    }
    // Noted before anything fires. The whole process may have stood still: whatever came to a
    // connection meanwhile was read late, and no task of an event loop waited for it.
    lags.note(now, Math.max(0, gapNanos - TICK_NANOS));
    if (gapNanos > STALL_NANOS) {
      tellStall(gapNanos);
    }
    for (Deadline it = due; it != null; ) {
      Deadline next = it.after;
      it.after = null;
      fire(it);
      it = next;
    }
  }

  /**
   * Returns the worst lateness of a turn since a moment, that of the next one included, in ns. 0
   * while nothing is to be fired.
   */
  long worstLagNanos(long sinceNanos) {
    long now = nanos.getAsLong();
    long waiting;
    synchronized (this) {
      waiting = count == 0 ? 0 : now - lastTurnNanos - TICK_NANOS;
    }
    return Math.max(waiting, lags.worst(sinceNanos, now));
  }

  /** Returns true if the wheel has something to fire and has not been turned for too long. */
  synchronized boolean isStalled() {
    return count > 0 && nanos.getAsLong() - lastTurnNanos > STALL_NANOS;
  }

  @Override
  public void close() {
    isClosed = true;
    turner.wake();
  }

  /** Returns the thread that turns the wheel. */
  Stream<LastingThread> threads() {
    return Stream.of(turner);
  }

  private boolean takeTurn() {
    if (isClosed) {
      return false;
    }
    if (isEmpty()) {
      LockSupport.park(this);
    } else {
      LockSupport.parkNanos(this, TICK_NANOS);
    }
    turn();
    return true;
  }

  private synchronized boolean isEmpty() {
    return count == 0;
  }

  /** Returns the first deadline that is due, with the others behind it, or null if none is. */
  private Deadline takeDue(long tick) {
    Deadline due = null;
    Deadline last = null;
    long first = Math.max(lastTick + 1, tick - SLOTS + 1);
    for (long slot = first; slot <= tick; slot++) {
      Deadline next;
      for (Deadline it = slots[index(slot)]; it != null; it = next) {
        next = it.after;
        if (it.tick <= tick) {
          unlink(it);
          if (last == null) {
            due = it;
          } else {
            last.after = it;
          }
          last = it;
        }
      }
    }
    lastTick = Math.max(lastTick, tick);
    return due;
  }

  private static int index(long tick) {
    return (int) Math.floorMod(tick, (long) SLOTS);
  }

  private void link(Deadline deadline) {
    int index = index(deadline.tick);
    deadline.after = slots[index];
    if (deadline.after != null) {
      deadline.after.before = deadline;
    }
    slots[index] = deadline;
    count++;
  }

  private void unlink(Deadline deadline) {
    deadline.isSet = false;
    if (deadline.before == null) {
      slots[index(deadline.tick)] = deadline.after;
    } else {
      deadline.before.after = deadline.after;
    }
    if (deadline.after != null) {
      deadline.after.before = deadline.before;
    }
    deadline.before = null;
    deadline.after = null;
    count--;
  }

  private void tellStall(long gapNanos) {
    try {
      stalled.accept(gapNanos);
    } catch (RuntimeException | Error e) {
      turner.failed(e); // The wheel turns for all checks, so it must go on.
    }
  }

  private void fire(Deadline due) {
    try {
      due.action.run();
    } catch (RuntimeException | Error e) {
      turner.failed(e); // the same
    }
  }
}
