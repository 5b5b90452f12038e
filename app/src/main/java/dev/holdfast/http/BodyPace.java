package dev.holdfast.http;

import dev.holdfast.bounds.Bounds;
import java.util.concurrent.TimeUnit;

/**
 * The least pace of a request's body. Only the time of waiting for the client counts.
 *
 * @param bytesPerSecondMin the slowest accepted pace, 0 or more; 0 accepts any
 * @param graceMs how long a body may be waited for beyond that in all, in milliseconds, 1 or more
 */
public record BodyPace(long bytesPerSecondMin, long graceMs) {
  /**
   * The default: a hundredth of the pace of a phone with a bad connection, and a pause of ten
   * seconds.
   */
  public static final BodyPace DEFAULT = new BodyPace(1024, 10_000);

  public BodyPace {
    Bounds.atLeast("bytesPerSecondMin", bytesPerSecondMin, 0);
    Bounds.atLeast("graceMs", graceMs, 1);
  }

  /**
   * Returns how much longer a body may be waited for, in milliseconds; 0 or less if it comes too
   * slowly.
   *
   * @param bytes the bytes that have come
   * @param waitedNanos the time of waiting for them, in nanoseconds
   */
  long leftMs(long bytes, long waitedNanos) {
    if (bytesPerSecondMin == 0) {
      return Long.MAX_VALUE;
    }
    long dueMs = (long) (bytes * 1000.0 / bytesPerSecondMin);
    return graceMs + dueMs - TimeUnit.NANOSECONDS.toMillis(waitedNanos);
  }

  /** Returns the answer to a body that comes too slowly. */
  Problem tooSlow() {
    return Problem.of(
            408,
            "the body comes too slowly: at least %d bytes a second are wanted; nothing was changed"
                .formatted(bytesPerSecondMin))
        .with("Connection", "close");
  }
}
