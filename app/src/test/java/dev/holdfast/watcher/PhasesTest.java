package dev.holdfast.watcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PhasesTest {
  @Test
  void phaseThatWasNotReached_hasNoDuration() {
    Phases phases = Phases.NONE.plus(Phase.DNS, 0).plus(Phase.CONNECT, 20);
    assertThat(phases.micros(Phase.DNS)).isEqualTo(OptionalLong.of(0));
    assertThat(phases.micros(Phase.CONNECT)).isEqualTo(OptionalLong.of(20));
    assertThat(phases.micros(Phase.TLS)).isEmpty();
    for (Phase phase : Phase.values()) {
      assertThat(Phases.NONE.micros(phase)).isEmpty();
    }
  }

  @Test
  void plus_addsTheHopsOfARedirect_andChangesNothingBehind() {
    Phases first = Phases.NONE.plus(Phase.CONNECT, 20);
    Phases both = first.plus(Phase.CONNECT, 30);
    assertThat(both.micros(Phase.CONNECT)).hasValue(50);
    assertThat(first.micros(Phase.CONNECT)).hasValue(20);
    assertThat(both).isEqualTo(Phases.NONE.plus(Phase.CONNECT, 50)).isNotEqualTo(first);
    assertThat(both.hashCode()).isEqualTo(Phases.NONE.plus(Phase.CONNECT, 50).hashCode());
  }

  @Test
  void sum_leavesOurOwnWaitingOut() {
    Phases phases = Phases.NONE;
    for (Phase phase : Phase.values()) {
      phases = phases.plus(phase, 10);
    }
    assertThat(phases.sumMicros()).isEqualTo(50);
    assertThat(Phases.NONE.sumMicros()).isZero();
  }

  @Test
  void plus_refusesTimeThatRunsBackwards() {
    assertThatThrownBy(() -> Phases.NONE.plus(Phase.DNS, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
