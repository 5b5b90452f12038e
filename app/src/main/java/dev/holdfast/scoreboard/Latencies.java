package dev.holdfast.scoreboard;

import org.HdrHistogram.Histogram;

/**
 * How long requests took, in constant memory: the longest exactly, percentiles to within the
 * precision of the histogram. nginx logs milliseconds, so what took less than half of one is 0.
 */
final class Latencies {
  /** Longer requests count as this long. */
  private static final long MS_MAX = 3_600_000;

  private final Histogram histogram;

  private long maxMs;

  /**
   * @param digits significant decimal digits of a percentile: 3 are one in a thousand, 2 one in a
   *     hundred in a tenth of the memory
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

  /** The time that so many in a hundred requests did not exceed, in milliseconds; 0 without any. */
  long percentileMs(double percent) {
    return Math.min(maxMs, histogram.getValueAtPercentile(percent));
  }

  Summary.Latency summary() {
    return new Summary.Latency(percentileMs(50), percentileMs(95), percentileMs(99), maxMs);
  }
}
