package dev.holdfast.bench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The wall clock beside the monotonic one.
 *
 * @param epochMicrosAtZero the µs since the epoch when {@link System#nanoTime} was 0
 */
record WatchClock(long epochMicrosAtZero) {
  private static final int TRIES = 20;

  /** Compares the two clocks now, as closely as it can. */
  static WatchClock now() {
    long best = Long.MAX_VALUE;
    long offset = 0;
    for (int i = 0; i < TRIES; i++) {
      long before = System.nanoTime();
      long epochMicros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
      long after = System.nanoTime();
      if (after - before < best) {
        best = after - before;
        offset = epochMicros - (before + after) / 2 / 1_000;
      }
    }
    return new WatchClock(offset);
  }

  /** Returns the µs since the epoch of a moment of {@link System#nanoTime}. */
  long epochMicros(long nanos) {
    return epochMicrosAtZero + nanos / 1_000;
  }

  /** Returns the moment of {@link System#nanoTime} of some ms since the epoch. */
  long nanos(long epochMs) {
    return (epochMs * 1_000 - epochMicrosAtZero) * 1_000;
  }

  long epochMs() {
    return epochMicros(System.nanoTime()) / 1_000;
  }
}
