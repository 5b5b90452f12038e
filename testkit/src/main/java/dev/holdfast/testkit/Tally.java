package dev.holdfast.testkit;

import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the outcomes of a run's requests.
 *
 * <p>Threading: all methods may be called from any thread.
 */
final class Tally {
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
  private final LongAccumulator longestNs = new LongAccumulator(Math::max, 0);

  /** Counts one request. */
  void add(String method, HostileConnection.Answer answer, long elapsedNs) {
    String outcome =
        switch (answer) {
          case HostileConnection.Answered(RawResponse response) ->
              Integer.toString(response.status());
          case HostileConnection.NeverSent _ -> TrafficReport.NO_CONNECTION;
          case HostileConnection.Lost _ -> TrafficReport.CONNECTION_LOST;
          case HostileConnection.TimedOut _ -> TrafficReport.TIMED_OUT;
        };
    counts.computeIfAbsent(method + " " + outcome, _ -> new LongAdder()).increment();
    longestNs.accumulate(elapsedNs);
  }

  /** Returns how many requests with this method were answered with a status below 500. */
  long answered(String method) {
    return counts.entrySet().stream()
        .filter(count -> count.getKey().matches(method + " [1-4]\\d\\d"))
        .mapToLong(count -> count.getValue().sum())
        .sum();
  }

  SortedMap<String, Long> counts() {
    SortedMap<String, Long> copy = new TreeMap<>();
    counts.forEach((what, count) -> copy.put(what, count.sum()));
    return copy;
  }

  Duration longest() {
    return Duration.ofNanos(longestNs.get());
  }
}
