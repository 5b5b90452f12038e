package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.SimulatedWorld.Machine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Twenty actors in two halves, which reach each other over one actor alone. */
class BridgeTest extends Schedule {
  private static final int ACTORS = 20;
  private static final int BRIDGE = 2;

  /** Nobody tells a reader who the bridge is. It has to find out before its time is over. */
  @Test
  void bridgeOfTwenty_theFirstReadOfEachIsAnswered() {
    List<Machine> all = world.cluster(ACTORS);
    count(all.get(0), 1);
    for (int one = 0; one < ACTORS / 2; one++) {
      for (int other = ACTORS / 2; other < ACTORS; other++) {
        if (one != BRIDGE) {
          world.cutBoth(all.get(one), all.get(other));
        }
      }
    }
    var outcomes = new ArrayList<ReadOutcome>();
    for (Machine machine : all) {
      outcomes.add(read(machine));
    }
    assertThat(outcomes).containsOnly(exactly(1));
  }
}
