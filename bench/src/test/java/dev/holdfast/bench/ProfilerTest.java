package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class ProfilerTest {
  @Test
  void sharesAreOfTheWhole_theLargestFirst() {
    assertThat(Profiler.shares(Map.of("jetty", 30L, "writer", 69L, "rare", 1L)))
        .isEqualTo("writer 69 %, jetty 30 %");
  }

  @Test
  void whereNothingWasUsedThereAreNoShares() {
    assertThat(Profiler.shares(Map.of())).isEmpty();
  }
}
