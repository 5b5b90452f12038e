package dev.holdfast.system.fibonacci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SequenceHistoryTest {
  private final SequenceHistory history = new SequenceHistory(100);

  @Test
  void position_isThatOfTheState() {
    assertThat(history.position("current", "{\"current\": 5}")).isEqualTo(5);
    assertThat(history.position("next", "{\"next\": 5}")).isEqualTo(5);
    assertThat(history.position("previous", "{\"previous\": 5}")).isEqualTo(6);
    assertThatThrownBy(() -> history.position("current", "{\"previous\": 5}"))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> history.position("current", "{\"current\": 4}"))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void requestsAtOnce_inAnyOrder() {
    history.add("next", 4, 10, 50);
    history.add("current", 4, 12, 20);
    history.add("previous", 4, 21, 60);
    history.add("current", 3, 11, 19);
    history.add("next", 5, 51, 70);
    assertThat(history.contradiction()).isEmpty();
    assertThat(history.highest()).isEqualTo(5);
  }

  @Test
  void readAfterARead_goesBack() {
    history.add("current", 5, 10, 20);
    history.add("previous", 4, 21, 30);
    assertThat(history.contradiction()).isPresent();
  }

  @Test
  void readAfterAnAnswer_missesIt() {
    history.add("next", 5, 10, 20);
    history.add("current", 4, 21, 30);
    assertThat(history.contradiction()).isPresent();
  }

  @Test
  void advanceAfterARead_handsOutWhatWasReadAlready() {
    history.add("current", 5, 10, 20);
    history.add("next", 5, 21, 30);
    assertThat(history.contradiction()).isPresent();
  }

  @Test
  void advancesAtOnce_handOutOneNumberTwice() {
    history.add("next", 5, 10, 20);
    history.add("next", 5, 15, 30);
    assertThat(history.contradiction()).isPresent();
  }
}
