package dev.holdfast.watcher.service;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchConfigTest {
  /** Figures of an hour are made of those of 5 minutes, which may be gone already otherwise. */
  @ParameterizedTest
  @CsvSource({
    "30, 29, 400, 3660, minutesDays must be as long as --checks-days at least",
    "30, 90, 89, 3660, hoursDays must be as long as --minutes-days at least",
    "30, 90, 400, 399, daysDays must be as long as --hours-days at least"
  })
  void finerFigures_areNotKeptLonger(
      int checks, int minutes, int hours, int days, String complaint) {
    WatchConfig usual = WatchConfig.DEFAULT;
    assertThatThrownBy(
            () ->
                new WatchConfig(
                    usual.database(),
                    usual.reach(),
                    usual.location(),
                    usual.inFlightMax(),
                    usual.queueMax(),
                    usual.spoolBytesMax(),
                    checks,
                    minutes,
                    hours,
                    days))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(complaint);
  }
}
