package dev.holdfast.watcher.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Effort;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many small worlds, each with a seed. A failure names it. */
@Tag("simulation")
@Tag("long")
class AgentSimulationTest {
  private static final int LIVES = Effort.of(1_500, 100_000);

  @Test
  void everySlot_comesToOneRow_whateverHappens() {
    long first = new Random().nextLong();
    Map<String, Integer> happened = new TreeMap<>();
    for (long seed = first; seed < first + LIVES; seed++) {
      new SimulatedWorld(seed).live().forEach((what, n) -> happened.merge(what, n, Integer::sum));
    }
    assertThat(happened)
        .as("what has happened in the worlds from seed %s on", first)
        .containsKeys(
            "UP NONE",
            "DOWN CONNECT_REFUSED",
            "AGENT STALLED",
            "AGENT AGENT_FAILURE",
            "MISSED LATE",
            "MISSED OVERLAP",
            "MISSED SATURATED",
            "MISSED STALLED",
            "MISSED CLOCK",
            "MISSED ASKED_LATER",
            "AGAIN_FAILED",
            "AGAIN_TAINTED",
            "REPEATED",
            "gaps");
  }
}
