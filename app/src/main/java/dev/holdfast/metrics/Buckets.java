package dev.holdfast.metrics;

import java.time.Duration;
import java.util.stream.LongStream;

/** The bounds of the buckets that durations are counted in. */
public final class Buckets {
  public static final Duration[] DURATIONS = ofMillis(1, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000);

  private Buckets() {}

  private static Duration[] ofMillis(long... bounds) {
    return LongStream.of(bounds).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
  }
}
