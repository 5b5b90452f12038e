package dev.holdfast.gatling;

import java.util.Optional;

/**
 * One request, from its due time to its end.
 *
 * <p>Threading: used by its virtual user alone, one step after the other.
 */
final class Call {
  private final String request;
  private final long dueNanos;
  private final boolean scheduled;
  private final long startNanos = System.nanoTime();
  private final long bytesOut;
  private final Expectation expectation;
  private int status;
  private long bytesIn;
  private boolean judged;
  private long endNanos;
  private Optional<Expectation.Complaint> complaint = Optional.empty();

  /**
   * @param due when it was due; empty means now
   */
  Call(String request, Optional<Long> due, long bytesOut, Expectation expectation) {
    this.request = request;
    this.scheduled = due.isPresent();
    this.dueNanos = due.orElse(startNanos);
    this.bytesOut = bytesOut;
    this.expectation = expectation;
  }

  void status(int answered) {
    status = answered;
  }

  /**
   * Takes the whole answer.
   *
   * @return the complaint about it, or empty
   */
  Optional<Expectation.Complaint> answered(byte[] body, long length) {
    endNanos = System.nanoTime();
    bytesIn = length;
    judged = true;
    complaint = expectation.judge(status, body);
    return complaint;
  }

  Outcome end() {
    if (!judged && status != 0 && !expectation.checks(status)) {
      // Gatling does not look at the body of a 304.
      complaint = answered(new byte[0], 0);
    }
    if (!judged) {
      endNanos = System.nanoTime();
      expectation.unanswered();
      long seconds = (endNanos - startNanos) / 1_000_000_000;
      complaint =
          Optional.of(
              new Expectation.Complaint(
                  seconds >= Calls.REQUEST_TIMEOUT.toSeconds()
                      ? "no answer in time"
                      : "no answer, or not all of it",
                  false));
    }
    return new Outcome(
        request,
        dueNanos,
        scheduled,
        startNanos,
        endNanos,
        judged ? status : 0,
        bytesIn,
        bytesOut,
        complaint.map(Expectation.Complaint::text),
        judged && expectation.checks(status),
        complaint.map(Expectation.Complaint::invalidData).orElse(false));
  }
}
