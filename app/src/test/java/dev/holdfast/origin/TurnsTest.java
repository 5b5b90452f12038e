package dev.holdfast.origin;

import static dev.holdfast.names.Names.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TurnsTest {
  private final Turns turns = new Turns();

  @Test
  void take_leavesNothingBehind_whenTheTurnHasPassed() throws Exception {
    turns.take(stored("a"), Deadline.inMs(0)).orElseThrow().close();
    assertThat(turns.lines()).isZero();
  }

  @Test
  void take_thatIsTooLate_leavesNothingBehind() throws Exception {
    Turn held = turns.take(stored("a"), Deadline.inMs(0)).orElseThrow();
    assertThat(turns.take(stored("a"), Deadline.inMs(1))).isEmpty();
    held.close();
    assertThat(turns.lines()).isZero();
  }

  @Test
  void share_keepsTheTurn_untilItIsDropped() throws Exception {
    Turn held = turns.take(stored("a"), Deadline.inMs(0)).orElseThrow();
    held.share();
    held.close();
    assertThat(turns.take(stored("a"), Deadline.inMs(1))).isEmpty();
    held.drop();
    assertThat(turns.take(stored("a"), Deadline.inMs(0))).isPresent();
  }

  @Test
  void share_afterItHasPassedOn_isAnError() throws Exception {
    Turn held = turns.take(stored("a"), Deadline.inMs(0)).orElseThrow();
    held.close();
    assertThatThrownBy(held::share).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void quietNanos_isTheLatestMoment_andNoneAtFirst() throws Exception {
    try (Turn held = turns.take(stored("a"), Deadline.inMs(0)).orElseThrow()) {
      assertThat(held.quietNanos()).isEmpty();
      held.mayRunUntil(new Deadline(100, 0));
      held.mayRunUntil(new Deadline(300, 0));
      held.mayRunUntil(new Deadline(200, 0));
      assertThat(held.quietNanos()).hasValue(300);
    }
  }
}
