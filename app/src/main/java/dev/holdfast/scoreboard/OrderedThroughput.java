package dev.holdfast.scoreboard;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The throughput of a log whose clock may go back. Lines that are late are held back until it is
 * known what they are: lines of a worker that was held up count for their own seconds, and those
 * after the clock went back count for a new stretch of time.
 */
final class OrderedThroughput {
  private final LogOrder order = new LogOrder();
  private final Throughput throughput = new Throughput();

  /**
   * Successes of the late lines, by second: of fewer than {@link LogOrder#STEP_SECONDS} seconds.
   */
  private final TreeMap<Long, Long> held = new TreeMap<>();

  /**
   * Counts a request.
   *
   * @return the time that the clock has gone back to, in seconds since 1970, if this line shows it
   */
  OptionalLong add(long second, boolean success) {
    LogOrder.Place place = order.add(second);
    if (place == LogOrder.Place.IN_ORDER) {
      release();
      throughput.add(second, success ? 1 : 0);
      return OptionalLong.empty();
    }
    held.merge(second, success ? 1L : 0L, Long::sum);
    if (place == LogOrder.Place.LATE) {
      return OptionalLong.empty();
    }
    OptionalLong wentBackTo = OptionalLong.of(held.firstKey());
    throughput.beginAnew();
    release();
    return wentBackTo;
  }

  /** No line comes after those that are held back. */
  void finish() {
    release();
  }

  /** Where the order broke first; empty if it never did. */
  Optional<LogOrder.Break> firstBreak() {
    return order.firstBreak();
  }

  long seconds() {
    return throughput.seconds();
  }

  double mean() {
    return throughput.mean();
  }

  double sustained() {
    return throughput.sustained();
  }

  long most() {
    return throughput.most();
  }

  private void release() {
    for (Map.Entry<Long, Long> second : held.entrySet()) {
      throughput.add(second.getKey(), second.getValue());
    }
    held.clear();
  }
}
