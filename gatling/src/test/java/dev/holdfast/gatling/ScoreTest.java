package dev.holdfast.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ScoreTest {
  private static final long SECOND = 1_000_000_000L;
  private final Recorder recorder = new Recorder();

  @Test
  void of_noRequests_isNothing() {
    assertThat(Score.of(recorder).value()).isZero();
  }

  @Test
  void of_isTheProduct() {
    // In half a minute: three good reads in the first second, later a stale one and a 503.
    get(0, 200, Optional.empty(), false);
    get(0, 200, Optional.empty(), false);
    get(0, 200, Optional.empty(), false);
    get(20, 200, Optional.of("stale"), true);
    get(30, 503, Optional.of("status 503"), false);

    Score score = Score.of(recorder);

    assertThat(score).isEqualTo(new Score(3, 0.5, 3 / 4.0, 3 / 5.0));
    assertThat(score.value()).isCloseTo(3 * 0.5 * 0.75 * 0.6, within(1e-9));
  }

  private void get(long second, int status, Optional<String> failure, boolean invalid) {
    long at = second * SECOND;
    recorder.record(
        new Outcome("GET", at, true, at, at, status, 1, 0, failure, status == 200, invalid));
  }
}
