package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.counters.SimulatedWorld.Machine;
import dev.holdfast.disk.LogConfig;
import dev.holdfast.disk.SimulatedDisk.Left;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Directories that are lost, restored, copied, moved or damaged. */
class DirectoryTest extends Schedule {

  /** An address where a process runs from a copy, which nobody has listed. */
  @Test
  void copyThatIsNotListed_doesNotEndTheOriginal() {
    List<Machine> all = world.cluster(2);
    count(all.get(0), 3);
    world.run(1_500);
    var list = world.addresses();
    Machine copy = world.add();
    copy.disk = all.get(0).disk.copy();
    copy.crash(Left.NOTHING);
    copy.start();
    world.run(5_000);
    assertThat(world.count(copy, X, 100)).get().isInstanceOf(AddOutcome.NotCounted.class);
    count(all.get(0), 10);
    assertThat(read(all.get(1))).isEqualTo(exactly(13));
    world.configure(all.get(1), list, List.of());
    assertThat(read(all.get(0))).isEqualTo(exactly(13));
  }

  @Test
  void lostDirectory_isANewActor_andSurvivorsKeepWhatTheyKnow() {
    List<Machine> all = world.cluster(3);
    Machine lost = all.get(2);
    count(lost, 5);
    world.run(1_000);
    lost.crash(Left.NOTHING);
    lost.loseDisk();
    lost.start();
    world.run(1_000);
    count(lost, 1);
    assertThat(read(all.get(0))).isEqualTo(exactly(6, lost));
  }

  /** B knows what C has counted, in memory alone; then C's directory is lost. */
  @Test
  void shareThatOnlyAMemoryHas_isForcedBeforeItIsShown() {
    for (int seed = 0; seed < 20; seed++) {
      var other = new SimulatedWorld(seed);
      List<Machine> all = other.cluster(3);
      Machine lost = all.get(2);
      other.run(1_000 + seed * 50L);
      assertThat(other.count(lost, X, 5)).contains(new AddOutcome.Counted());
      other.run(60);
      lost.crash(Left.NOTHING);
      lost.loseDisk();
      lost.start();
      ReadOutcome first = other.read(all.get(0), X, 5_000).orElseThrow();
      all.forEach(machine -> machine.crash(Left.NOTHING));
      all.forEach(Machine::start);
      other.run(1_000);
      ReadOutcome second = other.read(all.get(1), X, 5_000).orElseThrow();
      assertThat(((ReadOutcome.Exact) second).value())
          .as("seed %d", seed)
          .isGreaterThanOrEqualTo(((ReadOutcome.Exact) first).value());
    }
  }

  /** A is restored to an earlier state, and counts while it is cut off. */
  @Test
  void restoredDirectory_losesNothingThatItCountsThen() {
    List<Machine> all = world.cluster(3);
    Machine restored = all.get(0);
    count(restored, 4);
    var backup = restored.disk.copy();
    count(restored, 6);
    world.run(1_000);
    restored.crash(Left.NOTHING);
    world.isolate(restored);
    restored.disk = backup;
    restored.crash(Left.NOTHING);
    restored.start();
    count(restored, 7);
    for (int i = 0; i < 60; i++) {
      assertThat(world.count(restored, Y, 1)).contains(new AddOutcome.Counted());
    }
    world.heal();
    world.run(2_000);
    assertThat(read(all.get(1))).isEqualTo(exactly(17));
    assertThat(all.get(1).actor().value(Y)).isEqualTo(BigInteger.valueOf(60));
  }

  @Test
  void copiedDirectory_isSeen_andBothCount() {
    List<Machine> all = world.cluster(2);
    count(all.get(0), 3);
    Machine copy = world.add();
    copy.disk = all.get(0).disk.copy();
    copy.crash(Left.NOTHING);
    copy.start();
    world.configure(all.get(1), world.addresses(), List.of());
    world.run(1_000);
    count(all.get(0), 10);
    count(copy, 100);
    world.run(1_500);
    assertThat(read(all.get(1))).isEqualTo(exactly(113));
    assertThat(all.get(0).twins + copy.twins).isPositive();
  }

  /** It hands over to actors that have not heard the other one since their start. */
  @Test
  void copyThatIsDropped_handsOver_andDoesNotEndTheOriginal() {
    List<Machine> all = world.cluster(3);
    Machine original = all.get(0);
    count(original, 3);
    world.run(1_500);
    var list = world.addresses();
    Machine copy = world.add();
    copy.disk = original.disk.copy();
    copy.crash(Left.NOTHING);
    copy.start();
    world.configure(all.get(1), world.addresses(), List.of());
    world.isolate(copy);
    count(copy, 100);
    world.configure(all.get(1), list, List.of());
    world.heal();
    world.cutBoth(original, all.get(1));
    world.cutBoth(original, all.get(2));
    for (Machine other : all.subList(1, 3)) {
      other.crash(Left.NOTHING);
      other.start();
    }
    world.run(3_000);
    assertThat(world.count(copy, X, 1)).get().isInstanceOf(AddOutcome.NotCounted.class);
    assertThat(all.get(1).actor().configuration().ended()).isEmpty();
    world.heal();
    world.run(3_000);
    assertThat(all.get(1).actor().configuration().ended()).isEmpty();
    assertThat(all.get(1).actor().configuration().generation(original.actor().id())).isEqualTo(1);
    count(original, 10);
    assertThat(read(all.get(1))).isEqualTo(exactly(113));
  }

  /**
   * Nobody has listed the copy, and it has counted before it reached anybody. Those that it knows
   * have moved by then, and they have never heard of it.
   */
  @Test
  void copyThatKnowsOldAddressesAlone_handsOver_onceItIsTold() {
    List<Machine> all = world.cluster(2);
    Machine copy = world.add();
    copy.disk = all.get(0).disk.copy();
    copy.crash(Left.NOTHING);
    world.isolate(copy);
    copy.start();
    count(copy, 100);
    for (Machine moved : all) {
      moved.crash(Left.NOTHING);
      world.move(moved, new Address("10.0.1." + moved.number, 7777));
      moved.start();
    }
    var list = new TreeSet<>(List.of(all.get(0).address, all.get(1).address));
    world.configure(all.get(0), list, List.of());
    world.configure(all.get(1), list, List.of());
    world.heal();
    world.run(10_000);
    assertThat(copy.actor().configuration().actors()).doesNotContainAnyElementsOf(list);
    assertThat(read(all.get(1))).isEqualTo(exactly(0));

    world.configure(copy, list, List.of());
    world.run(3_000);

    assertThat(world.count(copy, X, 1)).get().isInstanceOf(AddOutcome.NotCounted.class);
    count(all.get(0), 10);
    assertThat(read(all.get(1))).isEqualTo(exactly(110));
  }

  /** A copy of the disk has what a failed force has left, and is restored later. */
  @Test
  void sequenceOfAFailedForce_isNotUsedAgain() {
    List<Machine> all = world.cluster(2);
    Machine restored = all.get(0);
    count(restored, 1);
    restored.failsToForce = true;
    assertThat(world.count(restored, X, 2)).contains(new AddOutcome.Unknown());
    var backup = restored.disk.copy();
    restored.failsToForce = false;
    assertThat(world.count(restored, Y, 5)).contains(new AddOutcome.Counted());
    world.run(1_000);
    restored.crash(Left.NOTHING);
    restored.disk = backup;
    restored.crash(Left.EVERYTHING);
    restored.start();
    world.run(3_000);
    assertThat(restored.actor().value(Y)).isEqualTo(BigInteger.valueOf(5));
    assertThat(all.get(1).actor().value(X)).isEqualTo(restored.actor().value(X));
  }

  /** An old file of its own shares, and a new one of others', which has its former slots, too. */
  @Test
  void ownLogThatIsOlderThanTheOther_losesNothingThatTheOtherHas() {
    assertRestoredLog("own");
  }

  @Test
  void otherLogThatIsOlderThanTheOwn_losesNothingOfTheOwn() {
    assertRestoredLog("others");
  }

  /** It lives three times, and one of its logs goes back to what it was in its second life. */
  private void assertRestoredLog(String log) {
    List<Machine> all = world.cluster(2);
    Machine restored = all.get(0);
    count(restored, 1);
    restored.crash(Left.NOTHING);
    restored.start();
    count(restored, 2);
    assertThat(world.count(restored, Y, 1)).contains(new AddOutcome.Counted());
    world.run(2_000);
    var backup = restored.disk.copy();
    count(restored, 4);
    count(all.get(1), 8);
    world.run(2_000);
    restored.crash(Left.NOTHING);
    restored.start();
    count(restored, 16);
    world.run(2_000);
    assertThat(read(all.get(1))).isEqualTo(exactly(31));
    restored.crash(Left.NOTHING);
    restored.restore(log, backup);
    restored.start();
    count(restored, 32);
    assertThat(restored.actor().value(X)).isGreaterThanOrEqualTo(BigInteger.valueOf(32 + 1 + 2));
    for (Machine machine : all) {
      assertThat(read(machine)).isEqualTo(exactly(63));
    }
    all.forEach(machine -> machine.crash(Left.NOTHING));
    all.forEach(Machine::start);
    assertThat(read(restored)).isEqualTo(exactly(63));
    assertThat(restored.actor().value(Y)).isEqualTo(BigInteger.ONE);
  }

  /** The power fails after a start, and brings a file back that the start has replaced. */
  @Test
  void olderFileThatSaysMore_isPassedOver() {
    Machine machine = world.cluster(1).getFirst();
    for (int i = 0; i < 100; i++) {
      count(machine, 1);
    }
    machine.crash(Left.EVERYTHING);
    machine.start();
    count(machine, 7);
    machine.crash(Left.NOTHING);
    machine.start();
    assertThat(read(machine)).isEqualTo(exactly(107));
  }

  @Test
  void newAddress_isTheSameActor() {
    List<Machine> all = world.cluster(2);
    Machine moved = all.get(1);
    count(moved, 3);
    moved.crash(Left.NOTHING);
    world.move(moved, new Address("10.0.1.1", 7777));
    moved.start();
    world.configure(all.get(0), world.addresses(), List.of());
    world.run(500);
    count(moved, 4);
    assertThat(read(all.get(0))).isEqualTo(exactly(7));
  }

  /** A bit of a record in the middle is wrong. What comes behind it is intact, and stays. */
  @Test
  void damage_isRefused_orSetAside_andOthersFillTheHole() throws IOException {
    List<Machine> all = world.cluster(2);
    Machine damaged = all.get(0);
    for (int i = 1; i <= 9; i++) {
      assertThat(world.count(damaged, SimulatedLife.name("n" + i), i))
          .contains(new AddOutcome.Counted());
    }
    world.run(2_000);
    damage(damaged, "n5");
    assertThatThrownBy(damaged::start).hasMessageContaining("finds damage");
    damaged.crash(Left.NOTHING);
    damaged.damage = LogConfig.Damage.SET_ASIDE;
    damaged.start();
    assertThat(damaged.actor().value(SimulatedLife.name("n9"))).isEqualTo(BigInteger.valueOf(9));
    world.run(3_000);
    for (int i = 1; i <= 9; i++) {
      CounterName name = SimulatedLife.name("n" + i);
      assertThat(damaged.actor().value(name)).isEqualTo(BigInteger.valueOf(i));
      assertThat(world.read(damaged, name, 5_000)).contains(exactly(i));
    }
  }

  /** Cuts the power, and changes a bit of what the own log says of a counter. */
  private static void damage(Machine machine, String name) throws IOException {
    machine.damage("own", bytes -> new String(bytes, StandardCharsets.ISO_8859_1).indexOf(name));
  }

  /** A part of a snapshot is damaged. The last part, which says what is known, is not. */
  @Test
  void damagedSnapshot_isFilledAgain() throws IOException {
    List<Machine> all = world.cluster(2);
    Machine damaged = all.get(0);
    count(damaged, 7);
    for (int batch = 0; batch < 18; batch++) {
      var amounts = new TreeMap<CounterName, BigInteger>();
      for (int i = 0; i < 900; i++) {
        amounts.put(SimulatedLife.name("n".repeat(100) + batch + "-" + i), BigInteger.ONE);
      }
      assertThat(world.count(damaged, amounts, Optional.empty()))
          .contains(new AddOutcome.Counted());
    }
    world.run(3_000);
    damaged.crash(Left.NOTHING);
    damaged.start(); // its file begins with a snapshot of all now
    damage(damaged, "n".repeat(100) + "0-1");
    damaged.damage = LogConfig.Damage.SET_ASIDE;
    damaged.start();
    world.run(5_000);
    assertThat(damaged.actor().value(X)).isEqualTo(BigInteger.valueOf(7));
    assertThat(damaged.actor().page(new byte[0], Optional.empty(), 20_000)).hasSize(16_201);
  }
}
