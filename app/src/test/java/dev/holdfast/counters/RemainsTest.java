package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.SimulatedWorld.Machine;
import dev.holdfast.disk.SimulatedDisk.Left;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dead actors whose directories the others can read. */
class RemainsTest extends Schedule {
  private static final int LIVES = 60;
  private static final int COME_BACKS = 100;
  private static final int COUNTERS = 50;

  @BeforeEach
  void share() {
    world.hasSharedDirectories = true;
  }

  @Test
  void read_withOneDeadForGood_countsWhatItHasLeft() {
    List<Machine> all = world.cluster(3);
    count(all.get(0), 1);
    world.isolate(all.get(2));
    count(all.get(2), 4); // nobody else knows it
    all.get(2).crash(Left.EVERYTHING);
    world.heal();
    assertThat(read(all.get(0))).isEqualTo(exactly(5));
    assertThat(read(all.get(1))).isEqualTo(exactly(5));
  }

  /** One read takes all counters of all of them: nothing of a directory is kept besides. */
  @Test
  void read_withSeveralDead_takesAllThatTheyHaveLeft() {
    List<Machine> all = world.cluster(5);
    List<Machine> dying = List.copyOf(all.subList(2, 5));
    world.isolateAll(dying);
    for (int i = 0; i < COUNTERS; i++) {
      for (Machine machine : dying) {
        world.count(machine, name(i), machine.number);
      }
    }
    dying.forEach(machine -> machine.crash(Left.EVERYTHING));
    world.heal();
    for (Machine survivor : List.of(all.get(0), all.get(1))) {
      assertThat(read(survivor)).isEqualTo(exactly(0));
      for (int i = 0; i < COUNTERS; i++) {
        assertThat(survivor.actor().value(name(i))).isEqualTo(BigInteger.valueOf(3 + 4 + 5));
      }
    }
  }

  private static CounterName name(int number) {
    return SimulatedLife.name("n" + number);
  }

  /** Each round of each read wants a look, and all that want one at once share it. */
  @Test
  void readsOfManyCounters_withOneDead_shareLooks() {
    List<Machine> all = world.cluster(3);
    all.get(2).crash(Left.EVERYTHING);
    var outcomes = new ArrayList<ReadOutcome>();
    for (int i = 0; i < COUNTERS; i++) {
      all.get(0).actor().read(name(i), 5_000, outcomes::add);
    }
    world.runUntil(6_000, () -> outcomes.size() == COUNTERS);
    assertThat(outcomes).hasSize(COUNTERS).allMatch(exactly(0)::equals);
    assertThat(all.get(0).looks).isLessThan(COUNTERS);
  }

  /** The disk is slow, and readers give up. Nothing is looked at for them any more. */
  @Test
  void readsThatAreOver_areNotLookedFor() {
    List<Machine> all = world.cluster(3);
    all.get(2).crash(Left.EVERYTHING);
    all.get(0).ownDiskMaxMs = 100_000;
    var outcomes = new ArrayList<ReadOutcome>();
    for (int i = 0; i < COUNTERS; i++) {
      all.get(0).actor().read(name(i), 500, outcomes::add);
    }
    world.run(200_000);
    assertThat(outcomes).hasSize(COUNTERS).hasOnlyElementsOfType(ReadOutcome.Unavailable.class);
    assertThat(all.get(0).looks).isEqualTo(1);
  }

  /**
   * A look at a dead actor is under way. The actor comes back and counts, and dies. A read that
   * begins then has to see it.
   */
  @Test
  void deadActor_thatComesBackDuringALook_isNotPassedOver() {
    for (int seed = 1; seed <= COME_BACKS; seed++) {
      var schedule = new SimulatedWorld(seed);
      schedule.hasSharedDirectories = true;
      List<Machine> all = schedule.cluster(3);
      all.get(2).crash(Left.EVERYTHING);
      all.get(0).ownDiskMaxMs = 100;
      var outcomes = new ArrayList<ReadOutcome>();
      all.get(0).actor().read(Y, 5_000, outcomes::add);
      schedule.runUntil(5_000, () -> all.get(0).looks > 0);
      schedule.isolate(all.get(2));
      all.get(2).start();
      assertThat(schedule.count(all.get(2), X, 4)).contains(new AddOutcome.Counted());
      all.get(2).crash(Left.EVERYTHING);
      schedule.heal();
      assertThat(schedule.read(all.get(0), X, 20_000)).as("seed " + seed).contains(exactly(4));
    }
  }

  @Test
  void read_withOneDead_bringsWhatItHasLeftToAll() {
    List<Machine> all = world.cluster(3);
    world.isolate(all.get(2));
    count(all.get(2), 4);
    all.get(2).crash(Left.EVERYTHING);
    world.heal();
    assertThat(read(all.get(0))).isEqualTo(exactly(4));
    world.run(2_000);
    assertThat(all.get(1).actor().value(X)).isEqualTo(BigInteger.valueOf(4));
  }

  /** A firewall may say what a dead process does. */
  @Test
  void read_whereOneRefusesAndLives_saysWhoIsMissing() {
    List<Machine> all = world.cluster(3);
    count(all.get(2), 4);
    world.refuse(all.get(2));
    assertThat(read(all.get(0)))
        .isInstanceOfSatisfying(
            ReadOutcome.Unavailable.class,
            out -> assertThat(out.missing()).containsExactly(all.get(2).address));
    world.heal();
    assertThat(read(all.get(0))).isEqualTo(exactly(4));
  }

  @Test
  void read_whereOneIsSilentAndDead_saysWhoIsMissing() {
    List<Machine> all = world.cluster(3);
    count(all.get(2), 4);
    world.isolate(all.get(2));
    all.get(2).crash(Left.EVERYTHING);
    assertThat(read(all.get(0))).isInstanceOf(ReadOutcome.Unavailable.class);
  }

  /** Its directory is not there, so nobody knows what it had acknowledged. */
  @Test
  void read_withOneDeadAndItsDirectoryLost_saysWhoIsMissing() {
    List<Machine> all = world.cluster(3);
    count(all.get(2), 4);
    all.get(2).crash(Left.EVERYTHING);
    all.get(2).loseDisk();
    assertThat(read(all.get(0))).isInstanceOf(ReadOutcome.Unavailable.class);
  }

  /** A new actor was heard at the address, and is dead, too. The old one may have counted. */
  @Test
  void read_whereTwoWereAtAnAddress_readsBothOrNone() {
    List<Machine> all = world.cluster(3);
    count(all.get(2), 4);
    world.run(1_000);
    all.get(2).crash(Left.EVERYTHING);
    all.get(2).loseDisk();
    all.get(2).start();
    world.run(1_000);
    count(all.get(2), 8);
    all.get(2).crash(Left.EVERYTHING);
    assertThat(read(all.get(0))).isInstanceOf(ReadOutcome.Unavailable.class);
    all.get(2).start();
    assertThat(read(all.get(0))).isEqualTo(exactly(12, all.get(2)));
  }

  /** The dead one has a configuration that the reader has never heard of. */
  @Test
  void read_takesOverTheConfigurationOfADeadActor() {
    List<Machine> all = world.cluster(2);
    Machine third = world.add();
    third.start();
    world.cutBoth(all.get(0), all.get(1));
    world.cutBoth(all.get(0), third);
    world.configure(all.get(1), world.addresses(), List.of());
    world.run(1_000);
    count(third, 8);
    all.get(1).crash(Left.EVERYTHING);
    third.crash(Left.EVERYTHING);
    world.heal();
    assertThat(read(all.get(0))).isEqualTo(exactly(8));
    assertThat(all.get(0).actor().configuration().actors()).hasSize(3);
  }

  /** What was shown stays, whatever the power takes from the disk of the dead one. */
  @Test
  void read_ofWhatWasOnlyWritten_outlivesAPowerFailureThere() {
    List<Machine> all = world.cluster(3);
    all.get(2).failsToForce = true; // it is written, and the process is killed
    assertThat(world.count(all.get(2), X, 4)).contains(new AddOutcome.Unknown());
    all.get(2).crash(Left.EVERYTHING);
    all.get(2).failsToForce = false;
    ReadOutcome shown = read(all.get(0));
    assertThat(shown).isInstanceOf(ReadOutcome.Exact.class);
    all.get(2).crash(Left.NOTHING);
    all.get(0).crash(Left.NOTHING);
    all.get(0).start();
    assertThat(read(all.get(0))).isEqualTo(shown);
    all.get(2).start();
    assertThat(read(all.get(1))).isEqualTo(shown);
  }

  @Test
  void hotCounter_withOneDead_isFrozen() {
    List<Machine> all = world.cluster(3);
    world.isolate(all.get(2));
    count(all.get(2), 1_000);
    all.get(2).crash(Left.EVERYTHING);
    world.heal();
    keepCounting(world, all.get(1), 2_000);
    ReadOutcome outcome = read(all.get(0));
    assertThat(outcome)
        .isInstanceOfSatisfying(
            ReadOutcome.Exact.class,
            exact -> assertThat(exact.value()).isGreaterThan(BigInteger.valueOf(1_000)));
    assertThat(all.get(0).freezes).isPositive();
  }

  private static void keepCounting(SimulatedWorld in, Machine at, int times) {
    if (times > 0) {
      at.actor().add(amount(1), Optional.empty(), _ -> {});
      in.laterMs(1, () -> keepCounting(in, at, times - 1));
    }
  }

  /**
   * A dead actor comes back while the counter is being frozen and counts 10,000. Then another one,
   * which is not frozen yet, counts 1,000,000. A read that has the second has the first.
   */
  @Test
  void deadActor_thatComesBackDuringAFreeze_isNotPassedOver() {
    for (int seed = 1; seed <= COME_BACKS; seed++) {
      var schedule = new SimulatedWorld(seed);
      schedule.hasSharedDirectories = true;
      List<Machine> all = schedule.cluster(4);
      all.get(2).crash(Left.EVERYTHING);
      keepCounting(schedule, all.get(1), 4_000);
      Address late = all.get(3).address;
      schedule.route =
          (_, to, message) ->
              message.request() instanceof Request.Freeze && to.equals(late) ? 100 : 0;
      var outcomes = new ArrayList<ReadOutcome>();
      all.get(0).actor().read(X, 20_000, outcomes::add);
      schedule.runUntil(20_000, () -> all.get(0).freezes > 0);
      int before = all.get(0).remains;
      schedule.runUntil(20_000, () -> all.get(0).remains > before);
      all.get(2).start();
      assertThat(schedule.count(all.get(2), X, 10_000)).contains(new AddOutcome.Counted());
      all.get(3).actor().add(amount(1_000_000), Optional.empty(), _ -> {});
      schedule.runUntil(25_000, () -> !outcomes.isEmpty());
      assertThat(outcomes).as("seed " + seed).first().isInstanceOf(ReadOutcome.Exact.class);
      long value = ((ReadOutcome.Exact) outcomes.getFirst()).value().longValueExact();
      boolean hasFirst = value % 1_000_000 >= 10_000;
      boolean hasSecond = value >= 1_000_000;
      assertThat(hasFirst || !hasSecond).as("seed %s: %s", seed, value).isTrue();
    }
  }

  private static Map<CounterName, BigInteger> amount(long amount) {
    return Map.of(X, BigInteger.valueOf(amount));
  }

  @Test
  void deadActor_thatComesBack_goesOn() {
    List<Machine> all = world.cluster(3);
    count(all.get(2), 4);
    all.get(2).crash(Left.EVERYTHING);
    var outcomes = new ArrayList<ReadOutcome>();
    all.get(0).actor().read(X, 5_000, outcomes::add);
    all.get(2).start();
    count(all.get(2), 8);
    world.runUntil(6_000, () -> !outcomes.isEmpty());
    assertThat(outcomes).isSubsetOf(exactly(4), exactly(12)).hasSize(1);
    assertThat(read(all.get(0))).isEqualTo(exactly(12));
  }

  @Test
  void history_ofActorsOnOneFileSystem_isLinearizable() {
    long reads = 0;
    for (long seed = 1; seed <= LIVES; seed++) {
      var life = new SimulatedLife(seed, true);
      life.live();
      reads += life.readCount();
    }
    assertThat(reads).isGreaterThan(LIVES);
  }
}
