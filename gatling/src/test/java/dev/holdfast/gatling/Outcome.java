package dev.holdfast.gatling;

import java.util.Optional;

/**
 * How one request ended. Times are those of {@link System#nanoTime}.
 *
 * @param request what the summary calls it
 * @param dueNanos when it was to be sent, from which its latency counts
 * @param scheduled whether that time was set by the rate and not by the request before it
 * @param status 0 if there was no answer
 * @param failure what was wrong with it, if anything
 * @param checked whether what it returned was held against what may be there
 * @param invalid whether it returned what it must not return
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
