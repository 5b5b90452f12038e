package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.QuietLogs;
import dev.holdfast.counters.SimulatedWorld.Machine;
import dev.holdfast.disk.LogConfig;
import dev.holdfast.disk.NewFile;
import dev.holdfast.disk.SimulatedDisk.Left;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Schedules that have broken counters elsewhere, one by one, in a simulated world. */
class ActorTest {
  @RegisterExtension static final QuietLogs QUIET = QuietLogs.ofAll();

  private static final CounterName X = SimulatedLife.name("x");
  private static final CounterName Y = SimulatedLife.name("y");

  private final SimulatedWorld world = new SimulatedWorld(1);

  private void count(Machine at, long amount) {
    assertThat(world.count(at, X, amount)).contains(new AddOutcome.Counted());
  }

  private ReadOutcome read(Machine at) {
    return world.read(at, X, 5_000).orElseThrow();
  }

  private static ReadOutcome exactly(long value) {
    return new ReadOutcome.Exact(BigInteger.valueOf(value), List.of());
  }

  private static ReadOutcome exactly(long value, Machine unconfirmed) {
    return new ReadOutcome.Exact(BigInteger.valueOf(value), List.of(unconfirmed.address));
  }

  @Test
  void increments_atThree_areTheirSumEverywhere() {
    List<Machine> all = world.cluster(3);
    for (int i = 0; i < 3; i++) {
      count(all.get(i), i + 1);
    }
    for (Machine machine : all) {
      assertThat(read(machine)).isEqualTo(exactly(6));
    }
    world.run(2_000);
    for (Machine machine : all) {
      assertThat(machine.actor().value(X)).isEqualTo(BigInteger.valueOf(6));
    }
  }

  @Test
  void read_withoutConfiguration_saysSo() {
    Machine alone = world.add();
    alone.start();
    count(alone, 5);
    assertThat(read(alone))
        .isInstanceOfSatisfying(
            ReadOutcome.Unavailable.class,
            unavailable -> {
              assertThat(unavailable.detail()).contains("POST /config");
              assertThat(unavailable.atLeast()).isEqualTo(BigInteger.valueOf(5));
            });
  }

  @Test
  void configuration_ofOneAlone_countsWhatItHadBefore() {
    Machine alone = world.add();
    alone.start();
    count(alone, 5);
    world.configure(alone, world.addresses(), List.of());
    assertThat(read(alone)).isEqualTo(exactly(5));
  }

  @Test
  void killedActors_keepCountsAndConfiguration() {
    List<Machine> all = world.cluster(3);
    all.forEach(machine -> count(machine, 7));
    all.forEach(machine -> machine.crash(Left.NOTHING));
    all.forEach(Machine::start);
    for (Machine machine : all) {
      assertThat(read(machine)).isEqualTo(exactly(21));
    }
  }

  @Test
  void read_withOneDown_namesItAndWhatIsKnown_andIsRightOnceItIsBack() {
    List<Machine> all = world.cluster(3);
    count(all.get(2), 4);
    assertThat(read(all.get(0))).isEqualTo(exactly(4));
    all.get(2).crash(Left.EVERYTHING);
    count(all.get(0), 10);
    assertThat(read(all.get(0)))
        .isInstanceOfSatisfying(
            ReadOutcome.Unavailable.class,
            unavailable -> {
              assertThat(unavailable.missing()).containsExactly(all.get(2).address);
              assertThat(unavailable.detail()).contains(all.get(2).address.toString());
              assertThat(unavailable.atLeast()).isEqualTo(BigInteger.valueOf(14));
            });
    all.get(2).start();
    assertThat(read(all.get(0))).isEqualTo(exactly(14));
  }

  @Test
  void partition_countsOnBothSides_andHealsByItself() {
    List<Machine> all = world.cluster(4);
    for (Machine one : all) {
      for (Machine other : all) {
        if (one.number <= 2 && other.number > 2) {
          world.cutBoth(one, other);
        }
      }
    }
    all.forEach(machine -> count(machine, 1));
    assertThat(read(all.getFirst())).isInstanceOf(ReadOutcome.Unavailable.class);
    world.heal();
    world.run(2_000);
    assertThat(read(all.getFirst())).isEqualTo(exactly(4));
    world.run(1_000);
    for (Machine machine : all) {
      assertThat(machine.actor().value(X)).isEqualTo(BigInteger.valueOf(4));
    }
  }

  @Test
  void bridge_answersForThoseWhoDoNotReachEachOther() {
    List<Machine> all = world.cluster(3);
    world.cutBoth(all.get(0), all.get(2));
    all.forEach(machine -> count(machine, 1));
    assertThat(read(all.get(0))).isEqualTo(exactly(3));
    assertThat(read(all.get(2))).isEqualTo(exactly(3));
  }

  @Test
  void manyReads_atAllActors_allEnd() {
    List<Machine> all = world.cluster(20);
    var outcomes = new ArrayList<ReadOutcome>();
    for (Machine machine : all) {
      for (int i = 0; i < 64; i++) {
        CounterName name = SimulatedLife.name("n" + i % 8);
        machine.process.run(() -> machine.actor().read(name, 5_000, outcomes::add));
      }
    }
    assertThat(world.runUntil(6_000, () -> outcomes.size() == 20 * 64)).isTrue();
    assertThat(outcomes).hasOnlyElementsOfType(ReadOutcome.Exact.class);
  }

  @Test
  void posts_ofOneListAtAll_endAsOneConfiguration() {
    for (int i = 0; i < 20; i++) {
      world.add().start();
    }
    NavigableSet<Address> list = world.addresses();
    var outcomes = new ArrayList<ConfigureOutcome>();
    for (Machine machine : world.machines()) {
      machine.process.run(() -> machine.actor().configure(list, List.of(), outcomes::add));
    }
    assertThat(world.runUntil(10_000, () -> outcomes.size() == 20)).isTrue();
    assertThat(outcomes).hasOnlyElementsOfType(ConfigureOutcome.Configured.class);
    world.run(1_000);
    assertThat(world.machines().stream().map(m -> m.actor().configuration()).distinct()).hasSize(1);
    assertThat(read(world.machines().getLast())).isEqualTo(exactly(0));
  }

  @Test
  void post_ofTheListInForce_makesNoNewVersion() {
    List<Machine> all = world.cluster(3);
    long version = all.get(0).actor().configuration().version();
    world.configure(all.get(1), world.addresses(), List.of());
    assertThat(all.get(1).actor().configuration().version()).isEqualTo(version);
  }

  @Test
  void post_whileOneIsCutOff_reachesItLater() {
    List<Machine> all = world.cluster(3);
    Machine fourth = world.add();
    fourth.start();
    world.isolate(all.get(2));
    ConfigureOutcome outcome = world.configure(all.get(0), world.addresses(), List.of());
    assertThat(outcome)
        .isInstanceOfSatisfying(
            ConfigureOutcome.Configured.class,
            done -> assertThat(done.notReached()).containsExactly(all.get(2).address));
    count(fourth, 3);
    world.heal();
    assertThat(read(all.get(2))).isEqualTo(exactly(3));
  }

  @Test
  void postsOnBothSidesOfACut_bothCount() {
    List<Machine> all = world.cluster(2);
    Machine third = world.add();
    Machine fourth = world.add();
    third.start();
    fourth.start();
    for (Machine one : List.of(all.get(0), third)) {
      for (Machine other : List.of(all.get(1), fourth)) {
        world.cutBoth(one, other);
      }
    }
    var withThird = new TreeSet<>(List.of(all.get(0).address, all.get(1).address, third.address));
    var withFourth = new TreeSet<>(List.of(all.get(0).address, all.get(1).address, fourth.address));
    world.configure(all.get(0), withThird, List.of());
    world.configure(all.get(1), withFourth, List.of());
    count(third, 3);
    count(fourth, 4);
    world.heal();
    world.run(3_000);
    assertThat(all.get(0).actor().configuration().actors()).isEqualTo(world.addresses());
    for (Machine machine : world.machines()) {
      assertThat(read(machine)).isEqualTo(exactly(7));
    }
  }

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

  /** It has taken the configuration, and nobody has heard an answer from it. */
  @Test
  void actorThatWasListed_andNeverHeard_isUnconfirmedWhenItIsDropped() {
    Machine first = world.cluster(1).getFirst();
    Machine silent = world.add();
    silent.start();
    world.cut(silent, first);
    world.configure(first, world.addresses(), List.of());
    count(silent, 5);
    world.configure(first, new TreeSet<>(List.of(first.address)), List.of());
    assertThat(read(first)).isEqualTo(exactly(0, silent));
    world.heal();
    world.run(5_000);
    assertThat(read(first)).isEqualTo(exactly(5));
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

  private void keepCounting(Machine machine, List<AddOutcome> counted) {
    if (machine.isUp()) {
      machine.process.run(
          () -> machine.actor().add(Map.of(X, BigInteger.ONE), Optional.empty(), counted::add));
      world.laterMs(5, () -> keepCounting(machine, counted));
    }
  }

  /** The fourth one counts where only it knows of it. */
  @Test
  void reader_withAnOldConfiguration_takesTheNewOneFirst() {
    List<Machine> all = world.cluster(3);
    Machine fourth = world.add();
    fourth.start();
    world.isolate(all.get(2));
    world.configure(all.get(0), world.addresses(), List.of());
    world.run(500);
    world.heal();
    world.isolate(fourth);
    count(fourth, 3);
    assertThat(read(all.get(2)))
        .isInstanceOfSatisfying(
            ReadOutcome.Unavailable.class,
            unavailable -> assertThat(unavailable.missing()).containsExactly(fourth.address));
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

  @Test
  void deadActor_canBeDropped_andForgotten() {
    List<Machine> all = world.cluster(3);
    Machine dead = all.get(2);
    count(dead, 9);
    world.run(3_000);
    dead.crash(Left.NOTHING);
    var two = new TreeSet<>(List.of(all.get(0).address, all.get(1).address));
    ConfigureOutcome outcome = world.configure(all.get(0), two, List.of());
    assertThat(outcome)
        .isInstanceOfSatisfying(
            ConfigureOutcome.Configured.class,
            done -> assertThat(done.unconfirmed()).containsExactly(dead.address));
    assertThat(read(all.get(1))).isEqualTo(exactly(9, dead));
    world.configure(all.get(0), two, List.of(dead.address));
    assertThat(read(all.get(1))).isEqualTo(exactly(9));
  }

  @Test
  void oldDirectories_doNotDropAFreshRun() {
    List<Machine> old = List.copyOf(world.cluster(3));
    for (int i = 0; i < 8; i++) { // versions go up
      var list = new TreeSet<>(List.of(old.get(0).address, old.get(1).address));
      if (i % 2 == 1) {
        list.add(old.get(2).address);
      }
      world.configure(old.get(0), list, List.of());
    }
    old.forEach(machine -> machine.crash(Left.EVERYTHING));
    while (world.machines().size() < 20) {
      world.add();
    }
    world.machines().forEach(Machine::start);
    Machine fresh = world.machines().get(10);
    world.isolateAll(old);
    world.configure(fresh, world.addresses(), List.of());
    world.heal();
    world.run(4_000);
    for (Machine machine : world.machines()) {
      assertThat(machine.actor().configuration().actors()).hasSize(20);
    }
    world.machines().forEach(machine -> count(machine, 1));
    assertThat(read(old.getFirst())).isEqualTo(exactly(20));
  }

  @Test
  void freshActor_postedToWhileCutOff_isNotForgotten() {
    List<Machine> all = world.cluster(3);
    Machine fresh = world.add();
    fresh.start();
    world.isolate(fresh);
    world.configure(fresh, world.addresses(), List.of());
    count(fresh, 2);
    world.heal();
    world.run(3_000);
    assertThat(read(all.get(0))).isEqualTo(exactly(2));
    assertThat(all.get(0).actor().configuration().actors()).contains(fresh.address);
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

  @Test
  void pausedActor_isMissing_andRightAtOnceAfterwards() {
    List<Machine> all = world.cluster(3);
    all.get(2).process.isPaused = true;
    assertThat(read(all.get(0))).isInstanceOf(ReadOutcome.Unavailable.class);
    all.get(2).process.resume();
    assertThat(read(all.get(0))).isEqualTo(exactly(0));
  }

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

  @Test
  void key_thatComesAgain_countsOnce() {
    List<Machine> all = world.cluster(2);
    var five = Map.of(X, BigInteger.valueOf(5));
    var key = Optional.of("k");
    assertThat(world.count(all.get(0), five, key)).contains(new AddOutcome.Counted());
    assertThat(world.count(all.get(0), five, key)).contains(new AddOutcome.Counted());
    assertThat(world.count(all.get(0), Map.of(X, BigInteger.ONE), key))
        .contains(new AddOutcome.KeyReused());
    all.get(0).crash(Left.NOTHING);
    all.get(0).start();
    assertThat(world.count(all.get(0), five, key)).contains(new AddOutcome.Counted());
    assertThat(read(all.get(1))).isEqualTo(exactly(5));
  }

  @Test
  void zero_makesNoCounter() {
    List<Machine> all = world.cluster(1);
    count(all.get(0), 0);
    assertThat(all.get(0).actor().page(Optional.empty(), 10)).isEmpty();
  }

  @Test
  void batch_isCountedWhole() {
    List<Machine> all = world.cluster(2);
    var amounts = new TreeMap<CounterName, BigInteger>();
    amounts.put(X, BigInteger.ONE);
    amounts.put(Y, BigInteger.TEN.pow(4_000));
    assertThat(world.count(all.get(0), amounts, Optional.empty()))
        .contains(new AddOutcome.Counted());
    world.run(1_000);
    assertThat(all.get(1).actor().value(X)).isEqualTo(BigInteger.ONE);
    assertThat(all.get(1).actor().value(Y)).isEqualTo(BigInteger.TEN.pow(4_000));
  }

  @Test
  void failingForce_movesNoValue_andTheNextIncrementWorks() {
    List<Machine> all = world.cluster(2);
    count(all.get(0), 1);
    all.get(0).failsToForce = true;
    assertThat(world.count(all.get(0), X, 2)).contains(new AddOutcome.Unknown());
    assertThat(world.count(all.get(0), X, 2))
        .as("no file can be begun")
        .contains(new AddOutcome.NotCounted("the disk takes nothing"));
    assertThat(all.get(0).actor().value(X)).isEqualTo(BigInteger.ONE);
    assertThat(read(all.get(1))).isEqualTo(exactly(1));
    all.get(0).failsToForce = false;
    count(all.get(0), 4);
    assertThat(read(all.get(1))).isEqualTo(exactly(5));
    all.get(0).crash(Left.EVERYTHING);
    all.get(0).start();
    assertThat(read(all.get(1))).isEqualTo(exactly(5));
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
    machine.crash(Left.NOTHING);
    Path own = Path.of("/data/own");
    Path file = own.resolve(machine.disk.names(own).getLast());
    byte[] bytes = machine.disk.bytes(file);
    bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf(name)] ^= 1;
    machine.disk.delete(file);
    try (NewFile again = machine.disk.create(file)) {
      again.write(ByteBuffer.wrap(bytes));
      again.force();
    }
    machine.disk.forceDirectory(own);
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
    assertThat(damaged.actor().page(Optional.empty(), 20_000)).hasSize(16_201);
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

  /** B starts again from what it had forced; A believes that it knows more. */
  @Test
  void actorThatKnowsLessThanIsBelieved_learnsAllOfIt() {
    List<Machine> all = world.cluster(2);
    for (int i = 0; i < 40; i++) {
      assertThat(world.count(all.get(0), SimulatedLife.name("n" + i), 1))
          .contains(new AddOutcome.Counted());
    }
    all.get(1).crash(Left.NOTHING);
    all.get(1).start();
    count(all.get(0), 1);
    world.run(2_000);
    assertThat(all.get(1).actor().page(Optional.empty(), 100)).hasSize(41);
  }
}
