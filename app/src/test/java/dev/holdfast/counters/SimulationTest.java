package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.QuietLogs;
import dev.holdfast.testkit.Effort;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Runs {@link SimulatedLife} with many seeds. {@code -Dholdfast.seed=N} runs one alone, and {@code
 * make test-seeds} thousands.
 */
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
    int runs = Effort.of(Integer.getInteger("holdfast.runs", 100), 5_000);
    var adds = new AtomicLong();
    var reads = new AtomicLong();
    LongStream.rangeClosed(1, runs)
        .parallel()
        .forEach(
            seed -> {
              var life = new SimulatedLife(seed);
              life.live();
              adds.addAndGet(life.acknowledgedCount());
              reads.addAndGet(life.readCount());
            });
    System.out.printf("counters: %d runs, %s increments, %s reads%n", runs, adds, reads);
    assertThat(reads.get()).isGreaterThan(runs);
    assertThat(adds.get()).isGreaterThan(runs);
  }
}
