package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.SimulatedWorld.Machine;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Freezes, as a reader elsewhere sees them. */
class FreezesTest extends Schedule {
  private static final int HOT_WORLDS = 6;
  private static final int MUCH = 1_000_000;

  /** Asks as another actor that has the same configuration. */
  private Reply.Body ask(Machine to, Request request) {
    List<Reply> replies = askOnly(to, request);
    assertThat(world.runUntil(2_000, () -> !replies.isEmpty())).isTrue();
    return replies.getFirst().body();
  }

  private static List<Reply> askOnly(Machine to, Request request) {
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
    return replies;
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

  /** The disk hangs, and others ask again and again. */
  @Test
  void freezesThatWaitForTheDisk_areBounded() {
    Machine machine = world.cluster(1).getFirst();
    machine.ownDiskMaxMs = 100_000;
    add(machine, new ArrayList<>());
    var waiting = new ArrayList<List<Reply>>();
    for (int i = 0; i < Freezes.WAITING_MAX; i++) {
      waiting.add(askOnly(machine, new Request.Freeze(X)));
    }
    assertThat(waiting).allMatch(List::isEmpty);
    assertThat(ask(machine, new Request.Freeze(X))).isEqualTo(new Reply.Body.NotNow());
    assertThat(ask(machine, new Request.Freeze(Y))).isEqualTo(new Reply.Body.NotNow());
    assertThat(world.runUntil(200_000, () -> !waiting.getLast().isEmpty())).isTrue();
    assertThat(waiting).allMatch(replies -> replies.getFirst().body() instanceof Reply.Body.Frozen);
    assertThat(ask(machine, new Request.Freeze(Y))).isInstanceOf(Reply.Body.Frozen.class);
  }

  /** Its share is told with the freeze, although it was not forced yet when the question came. */
  @Test
  void freeze_waitsForTheIncrementsThatAreInFlight() {
    Machine machine = world.cluster(1).getFirst();
    machine.ownDiskMaxMs = 100_000;
    var outcomes = new ArrayList<AddOutcome>();
    add(machine, outcomes);
    List<Reply> replies = askOnly(machine, new Request.Freeze(X));
    assertThat(world.runUntil(200_000, () -> !replies.isEmpty())).isTrue();
    assertThat(outcomes).containsExactly(new AddOutcome.Counted());
    assertThat(((Reply.Body.Frozen) replies.getFirst().body()).shares())
        .extracting(SlotShare::value)
        .containsExactly(BigInteger.ONE);
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

  /** The freeze waits for an increment that waits for the disk. */
  @Test
  void incrementThatIsHeldBackForLong_isRefused() {
    Machine machine = world.cluster(1).getFirst();
    machine.ownDiskMaxMs = 1_000_000;
    var outcomes = new ArrayList<AddOutcome>();
    add(machine, outcomes);
    askOnly(machine, new Request.Freeze(X));
    add(machine, outcomes);
    world.run(Increments.HELD_MAX_MS - 1);
    assertThat(outcomes).isEmpty();
    world.run(10);
    assertThat(outcomes).singleElement().isInstanceOf(AddOutcome.NotCounted.class);
  }

  @Test
  void incrementThatIsHeldBack_isRefusedWhenTheActorEnds() {
    Machine machine = world.cluster(1).getFirst();
    freeze(machine);
    var outcomes = new ArrayList<AddOutcome>();
    add(machine, outcomes);
    machine.actor().close();
    assertThat(outcomes).singleElement().isInstanceOf(AddOutcome.NotCounted.class);
    add(machine, outcomes);
    assertThat(outcomes).hasSize(2).hasOnlyElementsOfType(AddOutcome.NotCounted.class);
  }

  /** All ask for it at once, and it is counted at all the time. */
  @Test
  void readsOfOneHotCounter_atAllActors_allEnd() {
    for (int seed = 1; seed <= HOT_WORLDS; seed++) {
      readEverywhere(new SimulatedWorld(seed), seed);
    }
  }

  private void readEverywhere(SimulatedWorld world, int seed) {
    List<Machine> all = world.cluster(20);
    var counted = new ArrayList<AddOutcome>();
    all.forEach(machine -> keepAdding(world, machine, counted));
    world.run(200);
    for (int round = 0; round < 3; round++) {
      var outcomes = new ArrayList<ReadOutcome>();
      for (Machine machine : all) {
        machine.process.run(() -> machine.actor().read(X, 5_000, outcomes::add));
        world.run(world.random().nextInt(30));
      }
      assertThat(world.runUntil(6_000, () -> outcomes.size() == 20)).isTrue();
      assertThat(outcomes).as("seed " + seed).hasOnlyElementsOfType(ReadOutcome.Exact.class);
    }
    assertThat(counted).hasOnlyElementsOfType(AddOutcome.Counted.class);
  }

  /** It has answered before, and stops to. */
  @Test
  void hotCounter_whoseReaderForAllIsSilent_isReadAllTheSame() {
    List<Machine> all = world.cluster(3);
    all.forEach(machine -> keepAdding(world, machine, new ArrayList<>()));
    world.run(500);
    var asked = new ArrayList<Address>();
    world.route =
        (_, to, message) -> {
          if (message.request() instanceof Request.Read) {
            asked.add(to);
            return 3_600_000;
          }
          return 0;
        };
    assertThat(world.read(all.get(2), X, 20_000)).get().isInstanceOf(ReadOutcome.Exact.class);
    assertThat(asked).contains(all.getFirst().address);
  }

  /** The other actor's value is older than the second reader's question. */
  @Test
  void readerThatComesWhileAnotherActorReads_isNotAnsweredByThat() {
    int later = 0;
    for (int ms = 0; ms < 60; ms++) {
      later += joinLater(new SimulatedWorld(ms + 1), ms);
    }
    assertThat(later).isPositive();
  }

  /** Returns 1 if a second reader has come before the first one was answered. */
  private int joinLater(SimulatedWorld world, int ms) {
    List<Machine> all = world.cluster(3);
    all.forEach(machine -> keepAdding(world, machine, new ArrayList<>()));
    world.run(500);
    var asked = new ArrayList<Address>();
    world.route =
        (_, to, message) -> {
          if (message.request() instanceof Request.Read) {
            asked.add(to);
          }
          return 0;
        };
    Machine reader = all.get(2);
    var outcomes = new ArrayList<ReadOutcome>();
    reader.process.run(() -> reader.actor().read(X, 5_000, outcomes::add));
    world.runUntil(5_000, () -> !asked.isEmpty());
    world.run(ms);
    assertThat(world.count(reader, X, MUCH)).contains(new AddOutcome.Counted());
    int later = outcomes.isEmpty() ? 1 : 0;
    assertThat(world.read(reader, X, 5_000))
        .get()
        .isInstanceOfSatisfying(
            ReadOutcome.Exact.class,
            exact -> assertThat(exact.value()).isGreaterThanOrEqualTo(BigInteger.valueOf(MUCH)));
    return later;
  }

  private void keepAdding(SimulatedWorld world, Machine machine, List<AddOutcome> counted) {
    add(machine, counted);
    world.laterMs(10, () -> keepAdding(world, machine, counted));
  }

  private void add(Machine machine, List<AddOutcome> outcomes) {
    machine.process.run(
        () -> machine.actor().add(Map.of(X, BigInteger.ONE), Optional.empty(), outcomes::add));
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
