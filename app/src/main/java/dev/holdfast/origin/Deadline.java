package dev.holdfast.origin;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A moment after which something is no longer worth waiting for.
 *
 * @param atNanos on the clock of {@link System#nanoTime()}
 * @param wholeNanos how long it was away at first, in nanoseconds
 */
public record Deadline(long atNanos, long wholeNanos) implements Patience {
  private static final long MS_MAX = TimeUnit.DAYS.toMillis(365);

  /** The moment so many milliseconds from now, 0 or more; more than a year counts as a year. */
  public static Deadline inMs(long ms) {
    long nanos = TimeUnit.MILLISECONDS.toNanos(Math.min(ms, MS_MAX));
    return new Deadline(System.nanoTime() + nanos, nanos);
  }

  /** Returns the time that is left, in nanoseconds, or 0 if it has passed. */
  public long leftNanos() {
    return Math.max(0, atNanos - System.nanoTime());
  }

  /** Returns the time that is left, or zero if it has passed. */
  public Duration left() {
    return Duration.ofNanos(leftNanos());
  }

  /** Returns true if it has passed. */
  public boolean isOver() {
    return leftNanos() == 0;
  }

  /** The earlier of the two. */
  public Deadline orEarlier(Deadline other) {
    return atNanos - other.atNanos <= 0 ? this : other;
  }

  /** Waits until it has passed, or the other one has; returns true if it has passed. */
  boolean awaitUnless(Deadline other) throws InterruptedException {
    if (!isOver()) {
      Thread.sleep(orEarlier(other).left());
    }
    return isOver();
  }

  /** The later of the two. */
  public Deadline orLater(Deadline other) {
    return atNanos - other.atNanos >= 0 ? this : other;
  }

  /** As patience it does not grow. */
  @Override
  public Deadline until() {
    return this;
  }
}
