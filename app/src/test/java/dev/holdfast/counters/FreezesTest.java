package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.SimulatedWorld.Machine;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Freezes, as a reader elsewhere sees them. */
class FreezesTest extends Schedule {

  /** Asks as another actor that has the same configuration. */
  private Reply.Body ask(Machine to, Request request) {
    var replies = new ArrayList<Reply>();
    var message =
        new Message(
            new Id(8, 8),
            new Id(9, 9),
            to.actor().configuration().stamp(),
            Optional.empty(),
            request);
    to.process.run(
        () -> to.actor().answer(message.toBytes(), reply -> replies.add(Reply.read(reply))));
    assertThat(world.runUntil(2_000, () -> !replies.isEmpty())).isTrue();
    return replies.getFirst().body();
  }

  private Id freeze(Machine at) {
    return ((Reply.Body.Frozen) ask(at, new Request.Freeze(X))).freeze();
  }

  @Test
  void freeze_holdsIncrementsBack_untilItIsReleased() {
    Machine machine = world.cluster(1).getFirst();
    count(machine, 1);
    Id freeze = freeze(machine);
    var outcomes = new ArrayList<AddOutcome>();
    machine.process.run(
        () -> machine.actor().add(Map.of(X, BigInteger.ONE), Optional.empty(), outcomes::add));
    world.run(100);
    assertThat(outcomes).isEmpty();
    assertThat(ask(machine, new Request.Release(X, freeze)))
        .isEqualTo(new Reply.Body.Released(true));
    world.run(100);
    assertThat(outcomes).containsExactly(new AddOutcome.Counted());
  }

  /** The reader asks twice, and takes the share of the first freeze with the second one. */
  @Test
  void freezeThatLapsed_isNotHeld_thoughTheCounterIsFrozenAgain() {
    Machine machine = world.cluster(1).getFirst();
    Id first = freeze(machine);
    world.run(250);
    count(machine, 1);
    Id second = freeze(machine);
    assertThat(ask(machine, new Request.Release(X, first)))
        .isEqualTo(new Reply.Body.Released(false));
    assertThat(ask(machine, new Request.Release(X, second)))
        .isEqualTo(new Reply.Body.Released(true));
  }

  @Test
  void counter_isFrozenHalfOfTheTimeAtMost() {
    Machine machine = world.cluster(1).getFirst();
    freeze(machine);
    long begun = world.nowMs();
    freeze(machine); // shares it
    world.run(200);
    freeze(machine);
    assertThat(world.nowMs() - begun).isGreaterThanOrEqualTo(400);
  }
}
