package dev.holdfast.watcher.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LagsTest {
  private static final long ORIGIN = Long.MAX_VALUE - 5; // the clock may run over

  private final Lags lags = new Lags(ORIGIN);

  @Test
  void worst_isThatOfTheTimeBetween() {
    lags.add(at(1_000), 20_000);
    lags.add(at(5_000), 70_000);

    assertThat(lags.worstMicros(at(0), at(2_000))).isEqualTo(20_000);
    assertThat(lags.worstMicros(at(0), at(6_000))).isEqualTo(70_000);
    assertThat(lags.worstMicros(at(2_000), at(4_000))).isZero();
  }

  @Test
  void lag_countsInAllOfTheTimeThatItTook() {
    lags.add(at(9_000), TimeUnit.SECONDS.toMicros(3));

    assertThat(lags.worstMicros(at(6_200), at(6_300))).isEqualTo(3_000_000);
    assertThat(lags.worstMicros(at(5_000), at(5_500))).isZero();
  }

  @Test
  void lag_isForgottenWhenItsPieceIsTakenAgain() {
    lags.add(at(1_000), 20_000);
    lags.add(at(1_000 + Lags.SPAN_MS), 10_000);

    assertThat(lags.worstMicros(at(1_000 + Lags.SPAN_MS), at(1_100 + Lags.SPAN_MS)))
        .isEqualTo(10_000);
  }

  private static long at(long ms) {
    return ORIGIN + TimeUnit.MILLISECONDS.toNanos(ms);
  }
}
