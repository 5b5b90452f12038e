package dev.holdfast.watcher;

import dev.holdfast.bounds.Bounds;

/**
 * How often an endpoint is checked, and how long a check may take.
 *
 * @param intervalMs from one slot to the next, in ms, {@value Schedule#INTERVAL_MIN_MS} to {@value
 *     Schedule#INTERVAL_MAX_MS}
 * @param timeoutMs from the start of a check to its end, redirects included, in ms, {@value
 *     #TIMEOUT_MIN_MS} to {@value #TIMEOUT_MAX_MS}. It may be longer than the interval: a slot that
 *     comes meanwhile is skipped
 */
public record Timing(int intervalMs, int timeoutMs) {
  /** The shortest time-out, in ms. */
  public static final int TIMEOUT_MIN_MS = 50;

  /** The longest time-out, in ms. */
  public static final int TIMEOUT_MAX_MS = 60_000;

  public static final Timing DEFAULT = new Timing(60_000, 10_000);

  public Timing {
    Bounds.within("intervalMs", intervalMs, Schedule.INTERVAL_MIN_MS, Schedule.INTERVAL_MAX_MS);
    Bounds.within("timeoutMs", timeoutMs, TIMEOUT_MIN_MS, TIMEOUT_MAX_MS);
  }
}
