package dev.holdfast.watcher.service;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * How late the last checks began, {@value #KEPT} of them at most.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class LateTimes {
  private static final int KEPT = 4_096;

  private final long[] micros = new long[KEPT]; // guarded by this
  private long added; // guarded by this

  /** Adds one, in µs. */
  synchronized void add(long lateMicros) {
    micros[(int) (added % KEPT)] = lateMicros;
    added++;
  }

  /**
   * Returns a quantile in µs, or empty if there was no check.
   *
   * @param quantile 0 to 1
   */
  OptionalLong micros(double quantile) {
    long[] sorted = copy();
    if (sorted.length == 0) {
      return OptionalLong.empty();
    }
    Arrays.sort(sorted);
    return OptionalLong.of(sorted[(int) Math.round(quantile * (sorted.length - 1))]);
  }

  private synchronized long[] copy() {
    return Arrays.copyOf(micros, (int) Math.min(added, KEPT));
  }
}
