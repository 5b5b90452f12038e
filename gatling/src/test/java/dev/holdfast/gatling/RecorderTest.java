package dev.holdfast.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RecorderTest {
  private static final long SECOND = 1_000_000_000L;
  private final Recorder recorder = new Recorder();

  @Test
  void successesPerSecondMaxBeforeFailure_countsSecondsBeforeTheFailedOneWasSent() {
    good(1, 1);
    good(2, 2);
    good(2, 2);
    good(3, 3);
    good(3, 3);
    good(3, 3);
    failed(3, 23); // took 20 s: sent before the third second was over
    failed(4, 4);

    assertThat(recorder.successesPerSecondMaxBeforeFailure()).isEqualTo(2);
    assertThat(recorder.successesPerSecondMax()).isEqualTo(3);
  }

  @Test
  void successesPerSecondMaxBeforeFailure_noneFailed_isTheMost() {
    good(1, 1);
    good(2, 2);
    good(2, 2);

    assertThat(recorder.successesPerSecondMaxBeforeFailure()).isEqualTo(2);
  }

  @Test
  void successesPerSecondMaxBeforeFailure_failedFromTheStart_isNone() {
    failed(1, 1);
    good(2, 2);

    assertThat(recorder.successesPerSecondMaxBeforeFailure()).isZero();
  }

  private void good(long startSecond, long endSecond) {
    ended(startSecond, endSecond, 200, Optional.empty());
  }

  private void failed(long startSecond, long endSecond) {
    ended(startSecond, endSecond, 0, Optional.of("no answer in time"));
  }

  private void ended(long startSecond, long endSecond, int status, Optional<String> failure) {
    long start = startSecond * SECOND;
    recorder.record(
        new Outcome(
            "GET",
            start,
            true,
            start,
            endSecond * SECOND,
            status,
            1,
            0,
            failure,
            status == 200,
            false));
  }
}
