package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.SimulatedWorld.Machine;
import dev.holdfast.disk.SimulatedDisk.Left;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Actors that are dropped, and what becomes of their counts. */
class LeavingTest extends Schedule {

  @Test
  void droppedActor_stopsAndHandsOver() {
    List<Machine> all = world.cluster(3);
    Machine dropped = all.get(2);
    count(dropped, 9);
    var two = new TreeSet<>(List.of(all.get(0).address, all.get(1).address));
    ConfigureOutcome outcome = world.configure(all.get(0), two, List.of());
    assertThat(outcome)
        .isInstanceOfSatisfying(
            ConfigureOutcome.Configured.class, done -> assertThat(done.unconfirmed()).isEmpty());
    assertThat(world.count(dropped, X, 1)).get().isInstanceOf(AddOutcome.NotCounted.class);
    dropped.crash(Left.NOTHING);
    assertThat(read(all.get(0))).isEqualTo(exactly(9));
    all.forEach(
        machine -> {
          machine.crash(Left.NOTHING);
          machine.start();
        });
    assertThat(world.count(dropped, X, 1))
        .as("after a restart")
        .get()
        .isInstanceOf(AddOutcome.NotCounted.class);
    assertThat(read(all.get(1))).isEqualTo(exactly(9));
  }

  /** It is cut off at the moment at which its end is confirmed, and lost a while later. */
  @Test
  void droppedActor_waitsForWhatIsInFlight() {
    List<Machine> all = world.cluster(3);
    Machine first = all.get(0);
    Machine dropped = all.get(2);
    dropped.ownDiskMaxMs = 200;
    var two = new TreeSet<>(List.of(first.address, all.get(1).address));
    var counted = new ArrayList<AddOutcome>();
    for (int round = 1; round <= 10; round++) {
      world.later(0, () -> keepCounting(dropped, counted));
      world.run(300);
      Id id = dropped.actor().id();
      long before = first.actor().configuration().ended().getOrDefault(id, 0L);
      first.process.run(() -> first.actor().configure(two, List.of(), _ -> {}));
      boolean hasEnded =
          world.runUntil(
              10_000, () -> first.actor().configuration().ended().getOrDefault(id, 0L) > before);
      assertThat(hasEnded).isTrue();
      world.isolate(dropped);
      world.run(500);
      long total = counted.stream().filter(AddOutcome.Counted.class::isInstance).count();
      dropped.crash(Left.NOTHING);
      world.heal();
      assertThat(read(first)).as("round %d", round).isEqualTo(exactly(total));
      dropped.start();
      world.configure(first, world.addresses(), List.of());
      world.run(1_000);
    }
    assertThat(counted).contains(new AddOutcome.Counted());
  }

  /** A hand-over takes several messages, and the receiver is killed between two. */
  @Test
  void handOverOfMuch_survivesKillsOfWhoTakesIt() {
    for (int seed = 0; seed < 12; seed++) {
      var other = new SimulatedWorld(seed);
      List<Machine> all = other.cluster(3);
      Machine dropped = all.get(2);
      other.isolate(dropped);
      assertThat(other.count(dropped, X, 1)).contains(new AddOutcome.Counted());
      for (int batch = 0; batch < 10; batch++) {
        var amounts = new TreeMap<CounterName, BigInteger>();
        for (int i = 0; i < 700; i++) {
          amounts.put(SimulatedLife.name("n".repeat(100) + batch + "-" + i), BigInteger.ONE);
        }
        assertThat(other.count(dropped, amounts, Optional.empty()))
            .contains(new AddOutcome.Counted());
      }
      Id id = dropped.actor().id();
      var two = new TreeSet<>(List.of(all.get(0).address, all.get(1).address));
      other.configure(all.get(0), two, List.of());
      other.heal();
      for (int kill = 0; kill < 4; kill++) {
        other.run(other.random().nextInt(250));
        for (Machine machine : all.subList(0, 2)) {
          machine.crash(Left.EVERYTHING);
          machine.start();
        }
      }
      boolean hasEnded =
          other.runUntil(30_000, () -> all.get(0).actor().configuration().ended().containsKey(id));
      assertThat(hasEnded).as("seed %d", seed).isTrue();
      dropped.crash(Left.NOTHING);
      assertThat(other.read(all.get(0), X, 5_000)).as("seed %d", seed).contains(exactly(1));
    }
  }

  /** One that is dropped and listed again, over and over, with what it counts meanwhile. */
  @Test
  void actorThatComesAndGoes_losesNothing() {
    List<Machine> all = world.cluster(3);
    Machine third = all.get(2);
    var two = new TreeSet<>(List.of(all.get(0).address, all.get(1).address));
    long total = 0;
    for (int round = 0; round < 5; round++) {
      count(third, 1);
      total++;
      world.configure(all.get(round % 2), two, List.of());
      if (round % 2 == 0) {
        third.crash(Left.NOTHING);
        third.start();
      }
      world.configure(all.get(1), world.addresses(), List.of());
      world.run(1_500);
      assertThat(read(all.get(0))).isEqualTo(exactly(total));
    }
    third.crash(Left.NOTHING);
    third.loseDisk();
    third.start();
    world.run(1_000);
    assertThat(read(all.get(0))).as("what it counted at last").isEqualTo(exactly(total, third));
  }

  /** What it has fits into no push, and nobody asks it any more. */
  @Test
  void forgottenActor_givesWhatItHas() {
    world.sizes = new Sizes(1, 1, 1);
    List<Machine> all = world.cluster(3);
    Machine forgotten = all.get(2);
    world.isolate(forgotten);
    count(forgotten, 1);
    assertThat(world.count(forgotten, Y, 2)).contains(new AddOutcome.Counted());
    var two = new TreeSet<>(List.of(all.get(0).address, all.get(1).address));
    world.configure(all.get(0), two, List.of(forgotten.address));
    assertThat(read(all.get(0))).isEqualTo(exactly(0));
    world.heal();
    world.run(5_000);
    assertThat(read(all.get(0))).isEqualTo(exactly(1));
    assertThat(all.get(1).actor().value(Y)).isEqualTo(BigInteger.TWO);
  }

  /** Others have noted that it is back, and drop it again before it has heard of that. */
  @Test
  void actorThatIsListedAndDroppedUnheard_isConfirmedInTheEnd() {
    List<Machine> all = world.cluster(3);
    Machine first = all.get(0);
    Machine second = all.get(1);
    Machine third = all.get(2);
    count(third, 1);
    var two = new TreeSet<>(List.of(first.address, second.address));
    world.configure(first, two, List.of());
    world.run(2_000);
    third.process.isPaused = true;
    world.cutBoth(first, third);
    first.process.run(() -> first.actor().configure(world.addresses(), List.of(), _ -> {}));
    world.run(1_500);
    second.process.run(() -> second.actor().configure(world.addresses(), List.of(), _ -> {}));
    assertThat(
            world.runUntil(
                5_000, () -> second.actor().configuration().actors().contains(third.address)))
        .isTrue();
    world.cut(second, third);
    third.process.resume();
    Id id = third.actor().id();
    assertThat(world.runUntil(1_000, () -> second.actor().configuration().generation(id) == 2))
        .isTrue();
    world.isolate(third);
    world.configure(first, two, List.of());
    world.heal();
    world.run(5_000);
    assertThat(read(first)).isEqualTo(exactly(1));
  }

  private void keepCounting(Machine machine, List<AddOutcome> counted) {
    if (machine.isUp()) {
      machine.process.run(
          () -> machine.actor().add(Map.of(X, BigInteger.ONE), Optional.empty(), counted::add));
      world.laterMs(5, () -> keepCounting(machine, counted));
    }
  }

  @Test
  void actorThatIsListedAgain_goesOn() {
    List<Machine> all = world.cluster(3);
    Machine third = all.get(2);
    count(third, 9);
    world.configure(
        all.get(0), new TreeSet<>(List.of(all.get(0).address, all.get(1).address)), List.of());
    world.configure(all.get(0), world.addresses(), List.of());
    world.run(1_000);
    count(third, 1);
    assertThat(read(all.get(1))).isEqualTo(exactly(10));
  }

  /** It was counted, and the answer was lost: the repetition must not send the client elsewhere. */
  @Test
  void key_thatComesAgainAtADroppedActor_isStillCounted() {
    List<Machine> all = world.cluster(2);
    var five = Map.of(X, BigInteger.valueOf(5));
    assertThat(world.count(all.get(1), five, Optional.of("k"))).contains(new AddOutcome.Counted());
    world.configure(all.get(0), new TreeSet<>(List.of(all.get(0).address)), List.of());
    assertThat(world.count(all.get(1), five, Optional.of("k"))).contains(new AddOutcome.Counted());
    assertThat(world.count(all.get(1), five, Optional.of("l")))
        .get()
        .isInstanceOf(AddOutcome.NotCounted.class);
    assertThat(read(all.get(0))).isEqualTo(exactly(5));
  }

  /** It reaches one of those who stay only through the other one. */
  @Test
  void droppedActor_stops_thoughItDoesNotReachAll() {
    List<Machine> all = world.cluster(3);
    Machine dropped = all.get(2);
    count(dropped, 5);
    world.cutBoth(dropped, all.get(1));
    world.configure(
        all.get(0), new TreeSet<>(List.of(all.get(0).address, all.get(1).address)), List.of());
    world.run(5_000);
    assertThat(world.count(dropped, X, 1)).get().isInstanceOf(AddOutcome.NotCounted.class);
    assertThat(read(all.get(1))).isEqualTo(exactly(5));
  }

  @Test
  void handOver_isForcedBeforeItIsConfirmed() {
    List<Machine> all = world.cluster(3);
    count(all.get(2), 9);
    var two = new TreeSet<>(List.of(all.get(0).address, all.get(1).address));
    world.configure(all.get(0), two, List.of());
    all.forEach(machine -> machine.crash(Left.NOTHING));
    all.get(0).start();
    all.get(1).start();
    assertThat(read(all.get(0))).isEqualTo(exactly(9));
  }
}
