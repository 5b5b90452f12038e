package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.SimulatedWorld.Machine;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Failures that nobody foresaw: each is counted, and ends nothing but its own task. */
class FailuresTest extends Schedule {
  private static final Map<CounterName, BigInteger> ONE = Map.of(X, BigInteger.ONE);

  @Test
  void networkThatFails_doesNotEndTheExchange() {
    List<Machine> all = world.cluster(2);
    all.get(0).failsToAsk = true;
    count(all.get(0), 1);
    assertThat(read(all.get(0))).isInstanceOf(ReadOutcome.Unavailable.class);
    assertThat(all.get(0).failures).isPositive();
    all.get(0).failsToAsk = false;
    world.run(3_000);
    assertThat(all.get(1).actor().value(X)).isEqualTo(BigInteger.ONE);
    assertThat(read(all.get(0))).isEqualTo(exactly(1));
  }

  @Test
  void outcomeThatFails_keepsNobodyFromTheirs() {
    Machine machine = world.cluster(1).getFirst();
    var outcomes = new ArrayList<AddOutcome>();
    machine.process.run(
        () -> {
          machine
              .actor()
              .add(
                  ONE,
                  Optional.empty(),
                  _ -> {
                    throw new StackOverflowError("planted");
                  });
          machine.actor().add(ONE, Optional.empty(), outcomes::add);
        });
    assertThat(world.runUntil(1_000, () -> !outcomes.isEmpty())).isTrue();
    assertThat(outcomes).containsExactly(new AddOutcome.Counted());
    assertThat(machine.failures).isEqualTo(1);
    count(machine, 1);
    assertThat(read(machine)).isEqualTo(exactly(3));
  }
}
