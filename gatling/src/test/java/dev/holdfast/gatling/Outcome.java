package dev.holdfast.gatling;

import java.util.Optional;

/**
 * The end of one request. Times are those of {@link System#nanoTime}.
 *
 * @param request its name in the summary
 * @param dueNanos when it was due, from which its latency counts
 * @param scheduled true if the rate set that time, and not the request before it
 * @param status the status; 0 without an answer
 * @param failure its fault, if there is one
 * @param checked true if the answer was checked against the oracle
 * @param invalid true if it returned invalid data
 */
record Outcome(
    String request,
    long dueNanos,
    boolean scheduled,
    long startNanos,
    long endNanos,
    int status,
    long bytesIn,
    long bytesOut,
    Optional<String> failure,
    boolean checked,
    boolean invalid) {
  long latencyNanos() {
    return endNanos - dueNanos;
  }

  long lateNanos() {
    return startNanos - dueNanos;
  }
}
