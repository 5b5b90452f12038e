package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChallengeTallyTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long BEGIN = 17 * SECOND;

  @Test
  void best_isBeforeTheFirstFailureWasDue() {
    var tally = new ChallengeTally(BEGIN);
    tally.failed(BEGIN + SECOND + 1, "status 503");

    assertThat(tally.best(3)).isZero();
  }

  @Test
  void best_failureInTheFirstSecond_isNone() {
    var tally = new ChallengeTally(BEGIN);
    tally.failed(BEGIN + SECOND / 2, "status 503");

    assertThat(tally.best(3)).isNegative();
  }

  @Test
  void best_isTheSecondWithTheMostRightAnswers() {
    var tally = new ChallengeTally(BEGIN);
    tally.right(BEGIN + 2 * SECOND, BEGIN + 2 * SECOND + 1, true);

    assertThat(tally.best(4)).isEqualTo(2);
    assertThat(tally.right(2)).isOne();
    assertThat(tally.meanRight(1, 3)).isEqualTo(0.5);
  }

  @Test
  void right_afterMoreThanASecond_isBadButNotFailed() {
    var tally = new ChallengeTally(BEGIN);
    tally.right(BEGIN + SECOND, BEGIN + 2 * SECOND + 1, true);

    assertThat(tally.failed()).isZero();
    assertThat(tally.lastBadSeconds()).isEqualTo(1);
    assertThat(tally.getP99Ms()).isGreaterThan(1000);
  }

  @Test
  void lastBadSeconds_invalidCounts() {
    var tally = new ChallengeTally(BEGIN);
    assertThat(tally.lastBadSeconds()).isZero();

    tally.failed(BEGIN + SECOND, "status 503");
    tally.invalid(BEGIN + 4 * SECOND, "other bytes");

    assertThat(tally.lastBadSeconds()).isEqualTo(4);
    assertThat(tally.invalid()).isOne();
    assertThat(tally.failed()).isOne();
  }
}
