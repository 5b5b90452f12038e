package dev.holdfast.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * The results of a run of {@link HostileTraffic}.
 *
 * @param seed the seed of the run
 * @param answers counts of requests by method and outcome: {@code "PUT 201"}, {@code "GET timed
 *     out"}
 * @param longest the longest time of one request, from before it was sent until its answer was
 *     whole
 * @param histories one for each name
 */
public record TrafficReport(
    long seed, SortedMap<String, Long> answers, Duration longest, List<History> histories) {
  static final String NO_CONNECTION = "no connection";
  static final String CONNECTION_LOST = "connection lost";
  static final String TIMED_OUT = "timed out";

  /** Returns the number of all requests. */
  public long requests() {
    return answers.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns how many requests with this method were answered with this status. */
  public long answers(String method, int status) {
    return answers.getOrDefault(method + " " + status, 0L);
  }

  /** Returns how many requests were answered with a status of 500 or more. */
  public long serverErrors() {
    return countOf(" 5\\d\\d");
  }

  /**
   * Returns how many requests found no connection, or lost it. A connection that the server closes
   * without notice while a request is on its way counts, too.
   */
  public long connectionFailures() {
    return countOf(" (" + NO_CONNECTION + "|" + CONNECTION_LOST + ")");
  }

  /** Returns how many requests were given up. */
  public long timeouts() {
    return countOf(" " + TIMED_OUT);
  }

  /** Returns how many reads returned bytes that are not a whole body of their name. */
  public long corruptBodies() {
    return operations().stream().filter(o -> o.action() instanceof Operation.GotCorrupt).count();
  }

  /** Returns how many writes may or may not have taken effect. */
  public long unknownWrites() {
    return operations().stream().filter(o -> o.returnedNs() == Operation.NEVER).count();
  }

  /**
   * Returns, for each history that is not linearizable, its name and the reason. It is empty if all
   * is well.
   */
  public List<String> violations() {
    List<String> violations = new ArrayList<>();
    for (History history : histories) {
      switch (Linearizability.check(history)) {
        case Verdict.Linearizable _ -> {}
        case Verdict.Violation violation ->
            violations.add("name " + history.name() + ": " + violation.explanation());
      }
    }
    return violations;
  }

  private List<Operation> operations() {
    return histories.stream().flatMap(history -> history.operations().stream()).toList();
  }

  private long countOf(String outcome) {
    return answers.entrySet().stream()
        .filter(count -> count.getKey().matches("[A-Z]+" + outcome))
        .mapToLong(count -> count.getValue())
        .sum();
  }

  @Override
  public String toString() {
    return "seed %d, %d requests on %d names, longest %d ms, %s"
        .formatted(seed, requests(), histories.size(), longest.toMillis(), answers);
  }
}
