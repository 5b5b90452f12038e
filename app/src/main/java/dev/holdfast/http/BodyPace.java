package dev.holdfast.http;

import dev.holdfast.bounds.Bounds;
import java.util.concurrent.TimeUnit;

/**
 * How slowly the body of a request may come. Only the time counts in which we wait for the client.
 *
 * @param bytesPerSecondMin the slowest that is taken, 0 or more; 0 takes any
 * @param graceMs how long a body may be waited for beyond that in all, in milliseconds, 1 or more
 */
public record BodyPace(long bytesPerSecondMin, long graceMs) {
  /** A hundredth of what a bad connection of a phone does, and a pause of ten seconds. */
  public static final BodyPace DEFAULT = new BodyPace(1024, 10_000);

  public BodyPace {
    Bounds.atLeast("bytesPerSecondMin", bytesPerSecondMin, 0);
    Bounds.atLeast("graceMs", graceMs, 1);
  }

  /**
   * How much longer a body may be waited for, in milliseconds; 0 or less if it comes too slowly.
   *
   * @param bytes that have come
   * @param waitedNanos for how long they were waited for
   */
  long leftMs(long bytes, long waitedNanos) {
    if (bytesPerSecondMin == 0) {
      return Long.MAX_VALUE;
    }
    long dueMs = (long) (bytes * 1000.0 / bytesPerSecondMin);
    return graceMs + dueMs - TimeUnit.NANOSECONDS.toMillis(waitedNanos);
  }

  /** The answer to a body that comes too slowly. */
  Problem tooSlow() {
    return Problem.of(
            408,
            "the body comes too slowly: at least %d bytes a second are wanted; nothing was changed"
                .formatted(bytesPerSecondMin))
        .with("Connection", "close");
  }
}
