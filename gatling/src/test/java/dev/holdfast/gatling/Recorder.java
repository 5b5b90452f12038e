package dev.holdfast.gatling;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts how the requests of a run end.
 *
 * <p>Threading: any thread may record. The figures are complete when the run has ended.
 */
final class Recorder {
  /** A request that starts this much after it was due is late. */
  static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** The most different messages that are kept. */
  private static final int ERRORS_MAX = 100;

  /** The counts of all requests, or of one kind. */
  static final class Figures {
    final Latencies latencies = new Latencies();
    final LongAdder requests = new LongAdder();
    final LongAdder failed = new LongAdder();
  }

  final Figures all = new Figures();
  final Map<String, Figures> byRequest = new ConcurrentSkipListMap<>();
  final LongAdder bytesIn = new LongAdder();
  final LongAdder bytesOut = new LongAdder();
  final LongAdder checked = new LongAdder();
  final LongAdder invalid = new LongAdder();
  final LongAdder serverErrors = new LongAdder();
  final LongAdder scheduled = new LongAdder();
  final LongAdder late = new LongAdder();
  final Latencies lateness = new Latencies();
  final LongAccumulator firstDue = new LongAccumulator(Math::min, Long.MAX_VALUE);
  final LongAccumulator lastStart = new LongAccumulator(Math::max, Long.MIN_VALUE);
  final LongAccumulator end = new LongAccumulator(Math::max, Long.MIN_VALUE);
  private final LongAccumulator firstFailedStart = new LongAccumulator(Math::min, Long.MAX_VALUE);
  private final Map<Integer, LongAdder> statusCodes = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
  private final Map<Long, LongAdder> successesBySecond = new ConcurrentHashMap<>();

  void record(Outcome outcome) {
    count(all, outcome);
    count(byRequest.computeIfAbsent(outcome.request(), _ -> new Figures()), outcome);
    statusCodes.computeIfAbsent(outcome.status(), _ -> new LongAdder()).increment();
    if (outcome.status() >= 500) {
      serverErrors.increment();
    }
    bytesIn.add(outcome.bytesIn());
    bytesOut.add(outcome.bytesOut());
    if (outcome.scheduled()) {
      scheduled.increment();
      lateness.add(outcome.lateNanos());
      if (outcome.lateNanos() > LATE_NANOS) {
        late.increment();
      }
    }
    firstDue.accumulate(outcome.dueNanos());
    lastStart.accumulate(outcome.startNanos());
    end.accumulate(outcome.endNanos());
    judged(outcome);
    outcome.failure().ifPresent(message -> error(outcome.request() + ": " + message));
    if (outcome.failure().isPresent()) {
      firstFailedStart.accumulate(outcome.startNanos());
    } else {
      long second = TimeUnit.NANOSECONDS.toSeconds(outcome.endNanos());
      successesBySecond.computeIfAbsent(second, _ -> new LongAdder()).increment();
    }
  }

  /** Takes a request that prepares the load. Its time does not count, but its answer does. */
  void prepared(Outcome outcome) {
    judged(outcome);
    outcome.failure().ifPresent(text -> error(outcome.request() + ", set-up: " + text));
  }

  /** Takes invalid data that no single answer shows. */
  void wrong(String message) {
    invalid.increment();
    error(message);
  }

  /** Takes an error that is not one of a request. */
  void error(String message) {
    if (errors.size() < ERRORS_MAX || errors.containsKey(message)) {
      errors.computeIfAbsent(message, _ -> new LongAdder()).increment();
    }
  }

  long successesPerSecondMax() {
    return successesBySecond.values().stream().mapToLong(LongAdder::sum).max().orElse(0);
  }

  /**
   * Returns the most successes in one second, among the seconds that were over when the first
   * failing request was sent.
   */
  long successesPerSecondMaxBeforeFailure() {
    long failedSecond = TimeUnit.NANOSECONDS.toSeconds(firstFailedStart.get());
    return successesBySecond.entrySet().stream()
        .filter(second -> second.getKey() < failedSecond)
        .mapToLong(second -> second.getValue().sum())
        .max()
        .orElse(0);
  }

  Map<String, Long> statusCodes() {
    var sums = new TreeMap<String, Long>();
    statusCodes.forEach((status, count) -> sums.put(Integer.toString(status), count.sum()));
    return sums;
  }

  Map<String, Long> errors() {
    var sums = new TreeMap<String, Long>();
    errors.forEach((message, count) -> sums.put(message, count.sum()));
    return sums;
  }

  private void judged(Outcome outcome) {
    if (outcome.invalid()) {
      invalid.increment();
    }
    if (outcome.checked()) {
      checked.increment();
    }
  }

  private static void count(Figures figures, Outcome outcome) {
    figures.requests.increment();
    figures.latencies.add(outcome.latencyNanos());
    if (outcome.failure().isPresent()) {
      figures.failed.increment();
    }
  }
}
