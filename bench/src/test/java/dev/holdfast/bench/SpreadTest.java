package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SpreadTest {
  @Test
  void of_oddCount() {
    assertThat(Spread.of(List.of(9.0, 1.0, 4.0))).isEqualTo(new Spread(4, 1, 9));
  }

  @Test
  void of_evenCount_isBetweenTheTwoInTheMiddle() {
    assertThat(Spread.of(List.of(8.0, 1.0, 2.0, 4.0))).isEqualTo(new Spread(3, 1, 8));
  }

  @Test
  void of_one() {
    assertThat(Spread.of(List.of(7.0))).isEqualTo(new Spread(7, 7, 7));
  }

  @Test
  void of_none() {
    assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void percentile_isTheNearestRank() {
    List<Double> sorted = List.of(1.0, 2.0, 3.0, 4.0);

    assertThat(OpenLoad.percentile(sorted, 50)).isEqualTo(2);
    assertThat(OpenLoad.percentile(sorted, 51)).isEqualTo(3);
    assertThat(OpenLoad.percentile(sorted, 99)).isEqualTo(4);
    assertThat(OpenLoad.percentile(sorted, 0)).isEqualTo(1);
  }
}
