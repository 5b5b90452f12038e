package dev.holdfast.scoreboard;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The throughput of a log whose clock may go back. It holds late lines back until it knows why they
 * are late. Lines of a worker that was held up count for their own seconds. Lines after the clock
 * went back count for a new stretch of time.
 */
final class OrderedThroughput {
  private final LogOrder order = new LogOrder();
  private final Throughput throughput = new Throughput();

  /**
   * Successes of the late lines, by second. There are fewer than {@link LogOrder#STEP_SECONDS}
   * seconds.
   */
  private final TreeMap<Long, Long> held = new TreeMap<>();

  /**
   * Counts a request.
   *
   * @return the time to which the clock has gone back, in seconds since 1970, if this line shows
   *     that it did
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

  /** Counts the lines that are held back, since no line follows them. */
  void finish() {
    release();
  }

  /** Returns where the order broke first, or empty if it never did. */
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
