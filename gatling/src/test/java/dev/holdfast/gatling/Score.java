package dev.holdfast.gatling;

/**
 * The challenge in one number: the most successful requests in a second × minutes × the share of
 * checked answers that were right × the share of requests that succeeded.
 */
record Score(long successesPerSecondMax, double minutes, double consistency, double success) {
  static Score of(Recorder recorder) {
    long requests = recorder.all.requests.sum();
    if (requests == 0) {
      return new Score(0, 0, 0, 0);
    }
    long checked = recorder.checked.sum();
    return new Score(
        recorder.successesPerSecondMax(),
        (recorder.end.get() - recorder.firstDue.get()) / 60e9,
        checked == 0 ? 0 : (checked - recorder.invalid.sum()) / (double) checked,
        (requests - recorder.all.failed.sum()) / (double) requests);
  }

  double value() {
    return successesPerSecondMax * minutes * consistency * success;
  }

  @Override
  public String toString() {
    return "score %.1f = %d requests/s at most × %.2f minutes × %.4f consistent × %.4f successful"
        .formatted(value(), successesPerSecondMax, minutes, consistency, success);
  }
}
