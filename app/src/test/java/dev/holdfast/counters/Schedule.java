package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.QuietLogs;
import dev.holdfast.counters.SimulatedWorld.Machine;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A simulated world, and the steps that schedules in it have in common. */
class Schedule {

  @RegisterExtension static final QuietLogs QUIET = QuietLogs.ofAll();

  static final CounterName X = SimulatedLife.name("x");
  static final CounterName Y = SimulatedLife.name("y");

  final SimulatedWorld world = new SimulatedWorld(1);

  void count(Machine at, long amount) {
    assertThat(world.count(at, X, amount)).contains(new AddOutcome.Counted());
  }

  /** Posts a configuration of all machines, and does not wait for the outcome. */
  void post(Machine at) {
    at.process.run(() -> at.actor().configure(world.addresses(), List.of(), _ -> {}));
  }

  ReadOutcome read(Machine at) {
    return world.read(at, X, 5_000).orElseThrow();
  }

  static ReadOutcome exactly(long value) {
    return new ReadOutcome.Exact(BigInteger.valueOf(value), List.of());
  }

  static ReadOutcome exactly(long value, Machine unconfirmed) {
    return new ReadOutcome.Exact(BigInteger.valueOf(value), List.of(unconfirmed.address));
  }
}
