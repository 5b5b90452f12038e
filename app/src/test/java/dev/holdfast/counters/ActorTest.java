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
import org.junit.jupiter.api.Test;

/** Increments and reads of a few actors, one schedule after the other. */
class ActorTest extends Schedule {

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
  void readThatIsAnswered_leavesNothingWithTheClock() {
    List<Machine> all = world.cluster(3);
    var outcomes = new ArrayList<ReadOutcome>();
    for (int i = 0; i < 100; i++) {
      CounterName name = SimulatedLife.name("n" + i % 8);
      all.get(0).process.run(() -> all.get(0).actor().read(name, 60_000, outcomes::add));
    }
    assertThat(world.waitingBeyond(30_000)).isEqualTo(100);
    assertThat(world.runUntil(6_000, () -> outcomes.size() == 100)).isTrue();
    assertThat(world.waitingBeyond(30_000)).isZero();
  }

  @Test
  void pausedActor_isMissing_andRightAtOnceAfterwards() {
    List<Machine> all = world.cluster(3);
    all.get(2).process.isPaused = true;
    assertThat(read(all.get(0))).isInstanceOf(ReadOutcome.Unavailable.class);
    all.get(2).process.resume();
    assertThat(read(all.get(0))).isEqualTo(exactly(0));
  }

  @Test
  void relay_asksOnlyAddressesOfActors() {
    List<Machine> all = world.cluster(2);
    Machine stranger = world.add();
    stranger.start();
    var replies = new ArrayList<Reply>();
    var hello =
        new Message(new Id(8, 8), new Id(9, 9), Id.NONE, Optional.empty(), new Request.Hello());
    for (Address to : List.of(stranger.address, all.get(1).address)) {
      var relay =
          new Message(
              new Id(8, 8), new Id(9, 9), Id.NONE, Optional.empty(), new Request.Relay(to, hello));
      var actor = all.get(0).actor();
      all.get(0)
          .process
          .run(() -> actor.answer(relay.toBytes(), reply -> replies.add(Reply.read(reply))));
      world.run(2_000);
    }
    assertThat(replies).hasSize(2);
    assertThat(replies.get(0).body()).isEqualTo(new Reply.Body.Relayed(Optional.empty()));
    assertThat(replies.get(1).body()).isNotEqualTo(new Reply.Body.Relayed(Optional.empty()));
  }

  @Test
  void keyOfZero_isNotKept() {
    List<Machine> all = world.cluster(1);
    var key = Optional.of("k");
    assertThat(world.count(all.get(0), Map.of(X, BigInteger.ZERO), key))
        .contains(new AddOutcome.Counted());
    assertThat(world.count(all.get(0), Map.of(X, BigInteger.ONE), key))
        .contains(new AddOutcome.Counted());
    assertThat(all.get(0).actor().value(X)).isEqualTo(BigInteger.ONE);
  }

  @Test
  void keyOfAnIncrement_thatComesAgainWithZero_isRefused() {
    List<Machine> all = world.cluster(1);
    var key = Optional.of("k");
    assertThat(world.count(all.get(0), Map.of(X, BigInteger.ONE), key))
        .contains(new AddOutcome.Counted());
    assertThat(world.count(all.get(0), Map.of(X, BigInteger.ZERO), key))
        .contains(new AddOutcome.KeyReused());
    assertThat(all.get(0).actor().value(X)).isEqualTo(BigInteger.ONE);
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

  /** Others may have more memory. */
  @Test
  void newCounter_withoutMemory_isRefused_andAllOthersCount() {
    world.bytesMax = 2_000;
    List<Machine> all = world.cluster(2);
    int counted = 0;
    Optional<AddOutcome> outcome = Optional.of(new AddOutcome.Counted());
    while (outcome.equals(Optional.of(new AddOutcome.Counted())) && counted < 100) {
      outcome = world.count(all.get(0), SimulatedLife.name("n" + counted), 1);
      counted++;
    }
    assertThat(counted).isBetween(3, 20);
    assertThat(outcome)
        .get()
        .isInstanceOfSatisfying(
            AddOutcome.NotCounted.class,
            refused -> assertThat(refused.detail()).contains("no memory for a further counter"));
    assertThat(all.get(0).actor().status().memoryPercent()).isGreaterThanOrEqualTo(100);
    assertThat(world.count(all.get(0), SimulatedLife.name("n0"), 1))
        .contains(new AddOutcome.Counted());
    var batch = Map.of(SimulatedLife.name("n0"), BigInteger.ONE, X, BigInteger.ONE);
    assertThat(world.count(all.get(0), batch, Optional.empty()))
        .as("all or nothing")
        .get()
        .isInstanceOf(AddOutcome.NotCounted.class);
    world.run(1_000);
    all.get(0).crash(Left.NOTHING);
    world.bytesMax = Long.MAX_VALUE;
    all.get(0).start();
    count(all.get(0), 7);
    assertThat(read(all.get(1))).isEqualTo(exactly(7));
    assertThat(world.read(all.get(1), SimulatedLife.name("n0"), 5_000)).contains(exactly(2));
  }

  @Test
  void zero_makesNoCounter() {
    List<Machine> all = world.cluster(1);
    count(all.get(0), 0);
    assertThat(all.get(0).actor().page(new byte[0], Optional.empty(), 10)).isEmpty();
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
    assertThat(all.get(1).actor().page(new byte[0], Optional.empty(), 100)).hasSize(41);
  }
}
