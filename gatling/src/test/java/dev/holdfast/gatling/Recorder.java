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
 * <p>Threading: any thread may record; what is read is whole once the run has ended.
 */
final class Recorder {
  /** Who starts a request this much after it was due has missed its schedule. */
  static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** More different messages tell nobody more. */
  private static final int ERRORS_MAX = 100;

  /** What is counted of all requests, and of those of one kind. */
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

  /** A request that only makes the load ready: how long it took tells nothing, what it got does. */
  void prepared(Outcome outcome) {
    judged(outcome);
    outcome.failure().ifPresent(text -> error(outcome.request() + ", set-up: " + text));
  }

  /** Something went wrong that is no request of the load. */
  void error(String message) {
    if (errors.size() < ERRORS_MAX || errors.containsKey(message)) {
      errors.computeIfAbsent(message, _ -> new LongAdder()).increment();
    }
  }

  long successesPerSecondMax() {
    return successesBySecond.values().stream().mapToLong(LongAdder::sum).max().orElse(0);
  }

  /** The same, of the seconds that were over when the first request that failed was sent. */
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
