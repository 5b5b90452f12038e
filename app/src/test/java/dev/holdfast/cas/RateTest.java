package dev.holdfast.cas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How fast is read, by a clock of the test. */
final class RateTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void reads_thatComeAtOnce_arePacedFromTheFirst() {
    var rate = new Rate(1_000);
    assertThat(rate.nextNanos(5 * SECOND, 2_000)).isEqualTo(7 * SECOND);
    assertThat(rate.nextNanos(7 * SECOND, 500)).isEqualTo(7 * SECOND + SECOND / 2);
  }

  @Test
  void pause_isNotMadeUpFor() {
    var rate = new Rate(1_000);
    assertThat(rate.nextNanos(0, 1_000)).isEqualTo(SECOND);
    assertThat(rate.nextNanos(100 * SECOND, 1_000)).isEqualTo(101 * SECOND);
    assertThat(rate.nextNanos(101 * SECOND, 1_000)).isEqualTo(102 * SECOND);
  }

  @Test
  void clock_mayBeBelowZero() {
    var rate = new Rate(1_000);
    assertThat(rate.nextNanos(-3 * SECOND, 1_000)).isEqualTo(-2 * SECOND);
  }
}
