package dev.holdfast.watcher.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
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
  private static final Logger log = LoggerFactory.getLogger(Deadlines.class);

  private final LongSupplier nanos;
  private final LongConsumer stalled;
  private final Deadline[] slots = new Deadline[SLOTS];
  private final LagWindow lags = new LagWindow();
  private int count;
  private long lastTick;
  private long lastTurnNanos;
  private volatile Thread turner;
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
    turner = Thread.ofPlatform().daemon().name("watcher-deadlines").start(this::turnAlways);
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
      LockSupport.unpark(turner);
    }
    return deadline;
  }

  /** Fires what is due, after it has told of a stall if there was one. */
  void turn() {
    long now = nanos.getAsLong();
    long gapNanos;
    List<Runnable> due;
    synchronized (this) {
      gapNanos = count == 0 ? 0 : now - lastTurnNanos;
      lastTurnNanos = now;
      due = takeDue(Math.floorDiv(now, TICK_NANOS));
    }
    // Noted before anything fires. The whole process may have stood still: whatever came to a
    // connection meanwhile was read late, and no task of an event loop waited for it.
    lags.note(now, Math.max(0, gapNanos - TICK_NANOS));
    if (gapNanos > STALL_NANOS) {
      run(() -> stalled.accept(gapNanos));
    }
    due.forEach(Deadlines::run);
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
    LockSupport.unpark(turner);
  }

  private void turnAlways() {
    while (!isClosed) {
      if (isEmpty()) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, TICK_NANOS);
      }
      turn();
    }
  }

  private synchronized boolean isEmpty() {
    return count == 0;
  }

  private List<Runnable> takeDue(long tick) {
    List<Runnable> due = new ArrayList<>();
    long first = Math.max(lastTick + 1, tick - SLOTS + 1);
    for (long slot = first; slot <= tick; slot++) {
      Deadline next;
      for (Deadline it = slots[index(slot)]; it != null; it = next) {
        next = it.after;
        if (it.tick <= tick) {
          unlink(it);
          due.add(it.action);
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

  private static void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      // The wheel turns for all checks, so it must go on.
      log.error("a deadline failed", e);
    }
  }
}
