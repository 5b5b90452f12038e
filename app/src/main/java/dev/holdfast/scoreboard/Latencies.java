package dev.holdfast.scoreboard;

import org.HdrHistogram.Histogram;

/**
 * The durations of requests, in constant memory. The longest is exact; percentiles have the
 * precision of the histogram. nginx logs whole milliseconds, so a request of less than half of one
 * counts as 0.
 */
final class Latencies {
  /** Longer requests count as this long. */
  private static final long MS_MAX = 3_600_000;

  private final Histogram histogram;

  private long maxMs;

  /**
   * @param digits significant decimal digits of a percentile: 3 mean one in a thousand, 2 mean one
   *     in a hundred with a tenth of the memory
   */
  Latencies(int digits) {
    this.histogram = new Histogram(1, MS_MAX, digits);
  }

  void add(long durationMs) {
    histogram.recordValue(Math.min(MS_MAX, durationMs));
    maxMs = Math.max(maxMs, durationMs);
  }

  void addAll(Latencies others) {
    histogram.add(others.histogram);
    maxMs = Math.max(maxMs, others.maxMs);
  }

  void clear() {
    histogram.reset();
    maxMs = 0;
  }

  /**
   * Returns the duration that so many percent of the requests did not exceed, in milliseconds; 0
   * without any request.
   */
  long percentileMs(double percent) {
    return Math.min(maxMs, histogram.getValueAtPercentile(percent));
  }

  Summary.Latency summary() {
    return new Summary.Latency(percentileMs(50), percentileMs(95), percentileMs(99), maxMs);
  }
}
