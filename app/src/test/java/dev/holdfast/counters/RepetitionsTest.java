package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.SimulatedWorld.Machine;
import dev.holdfast.disk.SimulatedDisk.Left;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Requests that come again, where the first one is not over. A client that hears that nothing was
 * counted goes elsewhere, so nothing may be counted later either.
 */
class RepetitionsTest extends Schedule {
  private static final Map<CounterName, BigInteger> FIVE = Map.of(X, BigInteger.valueOf(5));
  private static final Optional<String> KEY = Optional.of("k");
  private static final Optional<String> OTHER_KEY = Optional.of("l");

  private final List<AddOutcome> outcomes = new ArrayList<>();

  private void add(Machine at) {
    at.process.run(() -> at.actor().add(FIVE, KEY, outcomes::add));
  }

  /** A freeze would hold the repetition back, and refuse it after a while. */
  @Test
  void repetition_whileTheFirstWaitsForTheDisk_waitsForIt() {
    Machine machine = world.cluster(1).getFirst();
    machine.ownDiskMaxMs = 1_000_000;
    add(machine);
    var freeze =
        new Message(
            new Id(8, 8),
            new Id(9, 9),
            machine.actor().configuration().stamp(),
            Optional.empty(),
            new Request.Freeze(X));
    machine.process.run(() -> machine.actor().answer(freeze.toBytes(), _ -> {}));
    add(machine);
    add(machine);
    world.run(Increments.HELD_MAX_MS + 10);
    assertThat(outcomes).isEmpty();
    assertThat(world.runUntil(2_000_000, () -> outcomes.size() == 3)).isTrue();
    assertThat(outcomes).containsOnly(new AddOutcome.Counted());
    assertThat(machine.actor().value(X)).isEqualTo(BigInteger.valueOf(5));
  }

  @Test
  void repetition_whileTheFirstIsUnderWay_ofAnotherAmount_isRefused() {
    Machine machine = world.cluster(1).getFirst();
    add(machine);
    machine.process.run(() -> machine.actor().add(Map.of(X, BigInteger.ONE), KEY, outcomes::add));
    assertThat(world.runUntil(1_000, () -> outcomes.size() == 2)).isTrue();
    assertThat(outcomes).containsExactly(new AddOutcome.Counted(), new AddOutcome.KeyReused());
  }

  /** The first one is counted in the end, so nobody may hear that nothing was. */
  @Test
  void repetition_whereTooManyWait_isUnknown_andNotForADisk() {
    Machine machine = world.cluster(1).getFirst();
    machine.ownDiskMaxMs = 1_000_000;
    for (int i = 0; i <= Increments.HELD_MAX; i++) {
      add(machine);
    }
    assertThat(outcomes).isEmpty();
    add(machine);
    assertThat(outcomes)
        .singleElement()
        .isInstanceOfSatisfying(
            AddOutcome.Unknown.class,
            unknown ->
                assertThat(unknown.detail())
                    .contains("too many repetitions")
                    .doesNotContain("disk"));
  }

  /** The start finds what the failed force has left. */
  @Test
  void repetition_afterAFailedForce_isUnknown() {
    Machine machine = world.cluster(1).getFirst();
    machine.failsToForce = true;
    assertThat(world.count(machine, FIVE, KEY)).contains(new AddOutcome.Unknown());
    assertThat(world.count(machine, FIVE, KEY)).contains(new AddOutcome.Unknown());
    assertThat(world.count(machine, FIVE, OTHER_KEY))
        .as("nothing of it is written")
        .get()
        .isInstanceOf(AddOutcome.NotCounted.class);
    machine.crash(Left.EVERYTHING);
    machine.start();
    assertThat(machine.actor().value(X)).isEqualTo(BigInteger.valueOf(5));
    assertThat(world.count(machine, FIVE, KEY)).contains(new AddOutcome.Counted());
    assertThat(read(machine)).isEqualTo(exactly(5));
  }

  /** A new file is forced, which does not have what nobody knew about. */
  @Test
  void repetition_onceTheDiskHasTakenAnything_isSureAgain() {
    Machine machine = world.cluster(1).getFirst();
    machine.failsToForce = true;
    assertThat(world.count(machine, FIVE, KEY)).contains(new AddOutcome.Unknown());
    machine.failsToForce = false;
    count(machine, 1);
    machine.failsToForce = true;
    assertThat(world.count(machine, FIVE, OTHER_KEY)).contains(new AddOutcome.Unknown());
    assertThat(world.count(machine, FIVE, KEY)).get().isInstanceOf(AddOutcome.NotCounted.class);
  }

  @Test
  void repetition_whereThereAreTooManySlots_isStillCounted() {
    world.slotsMax = 1;
    Machine machine = world.cluster(1).getFirst();
    assertThat(world.count(machine, FIVE, KEY)).contains(new AddOutcome.Counted());
    machine.crash(Left.NOTHING);
    machine.start();
    assertThat(world.count(machine, FIVE, OTHER_KEY))
        .get()
        .isInstanceOf(AddOutcome.NotCounted.class);
    assertThat(world.count(machine, FIVE, KEY)).contains(new AddOutcome.Counted());
    assertThat(world.count(machine, Map.of(X, BigInteger.ZERO), Optional.empty()))
        .contains(new AddOutcome.Counted());
    assertThat(read(machine)).isEqualTo(exactly(5));
  }
}
