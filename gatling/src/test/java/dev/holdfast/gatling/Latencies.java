package dev.holdfast.gatling;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Durations in nanoseconds: percentiles to three digits; sum, mean and maximum exact.
 *
 * <p>Threading: any thread may add.
 */
final class Latencies {
  private static final long LOWEST_NANOS = 1_000;
  private static final long HIGHEST_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final int DIGITS = 3;

  private final ConcurrentHistogram histogram =
      new ConcurrentHistogram(LOWEST_NANOS, HIGHEST_NANOS, DIGITS);
  private final LongAdder total = new LongAdder();
  private final LongAccumulator max = new LongAccumulator(Math::max, 0);

  void add(long nanos) {
    histogram.recordValue(Math.clamp(nanos, 0, HIGHEST_NANOS));
    total.add(nanos);
    max.accumulate(nanos);
  }

  long percentile(double percentile) {
    return Math.min(histogram.getValueAtPercentile(percentile), max.get());
  }

  long max() {
    return max.get();
  }

  Map<String, Long> summary() {
    var keys = new LinkedHashMap<String, Long>();
    keys.put("total", total.sum());
    keys.put("mean", total.sum() / Math.max(1, histogram.getTotalCount()));
    keys.put("50th", percentile(50));
    keys.put("95th", percentile(95));
    keys.put("99th", percentile(99));
    keys.put("max", max.get());
    return keys;
  }
}
