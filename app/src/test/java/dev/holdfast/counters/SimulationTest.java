package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.QuietLogs;
import dev.holdfast.testkit.Effort;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs {@link SimulatedLife} with many seeds. {@code -Dholdfast.seed=N} runs one alone. */
@Tag("long")
@Tag("simulation")
class SimulationTest {
  @RegisterExtension static final QuietLogs QUIET = QuietLogs.ofAll();

  @Test
  void history_isLinearizable() {
    long only = Long.getLong("holdfast.seed", -1);
    if (only >= 0) {
      new SimulatedLife(only).live();
      return;
    }
    int runs = Effort.of(Integer.getInteger("holdfast.runs", 300), 5_000);
    long adds = 0;
    long reads = 0;
    for (long seed = 1; seed <= runs; seed++) {
      var life = new SimulatedLife(seed);
      life.live();
      adds += life.acknowledgedCount();
      reads += life.readCount();
    }
    System.out.printf("counters: %d runs, %d increments, %d reads%n", runs, adds, reads);
    assertThat(reads).isGreaterThan(runs);
    assertThat(adds).isGreaterThan(runs);
  }
}
