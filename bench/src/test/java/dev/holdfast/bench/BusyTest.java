package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class BusyTest {
  private static final List<String> STAT =
      List.of(
          "cpu  300 0 300 2400 100 10 10 0 0 0",
          "cpu0 100 0 100 700 100 0 0 0 50 0",
          "cpu1 200 0 200 1700 0 10 10 0 0 0",
          "intr 1 2 3");

  @Test
  void of_countsTheCoresAskedFor() {
    assertThat(Busy.of(STAT, List.of(0))).isEqualTo(new Busy(800, 1000));
    assertThat(Busy.of(STAT, List.of(0, 1))).isEqualTo(new Busy(2500, 3120));
  }

  @Test
  void shareSince_isWhatWasNotIdle() {
    assertThat(new Busy(825, 1100).shareSince(new Busy(800, 1000))).isEqualTo(0.75);
    assertThat(new Busy(800, 1000).shareSince(new Busy(800, 1000))).isZero();
  }

  @Test
  void halves_serversFirst() {
    assertThat(Cores.halves(2)).isEqualTo(new Cores("0", "1", "1"));
    assertThat(Cores.halves(5)).isEqualTo(new Cores("0-1", "2-4", "2-4"));
    assertThatThrownBy(() -> Cores.halves(1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void count_ofAList() {
    assertThat(Cores.count("0")).isEqualTo(1);
    assertThat(Cores.indexes("0,2-4")).containsExactly(0, 2, 3, 4);
  }

  @Test
  void pssKib_isTheWholeAndNotItsParts() {
    assertThat(
            Memory.pssKib(
                """
                00400000-7ffd [rollup]
                Rss:                4321 kB
                Pss:                1234 kB
                Pss_Anon:            999 kB
                """))
        .isEqualTo(1234);
  }
}
