package dev.holdfast.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * What a run of {@link HostileTraffic} saw.
 *
 * @param seed of the run
 * @param answers count of requests by method and outcome: {@code "PUT 201"}, {@code "GET timed
 *     out"}
 * @param longest time that one request took, from before it was sent until its answer was whole
 * @param histories one for each name
 */
public record TrafficReport(
    long seed, SortedMap<String, Long> answers, Duration longest, List<History> histories) {
  static final String NO_CONNECTION = "no connection";
  static final String CONNECTION_LOST = "connection lost";
  static final String TIMED_OUT = "timed out";

  /** All requests, whatever came of them. */
  public long requests() {
    return answers.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Requests with this method that were answered with this status. */
  public long answers(String method, int status) {
    return answers.getOrDefault(method + " " + status, 0L);
  }

  /** Requests that were answered with a status of 500 or more. */
  public long serverErrors() {
    return countOf(" 5\\d\\d");
  }

  /**
   * Requests for which no connection was to be had, or whose connection broke; one that the server
   * closes, without saying so, while a request is on its way counts too.
   */
  public long connectionFailures() {
    return countOf(" (" + NO_CONNECTION + "|" + CONNECTION_LOST + ")");
  }

  /** Requests that were given up. */
  public long timeouts() {
    return countOf(" " + TIMED_OUT);
  }

  /** Reads that returned bytes which are no whole body of their name. */
  public long corruptBodies() {
    return operations().stream().filter(o -> o.action() instanceof Operation.GotCorrupt).count();
  }

  /** Writes that may or may not have taken effect. */
  public long unknownWrites() {
    return operations().stream().filter(o -> o.returnedNs() == Operation.NEVER).count();
  }

  /**
   * Why the histories that are not linearizable are not, with their names; none is as it should.
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
