package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.SimulatedWorld.Machine;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What many reads of different counters send. */
class CollectsTest extends Schedule {
  private static final long DEADLINE_MS = 5_000;

  private final List<List<CounterName>> collects = new ArrayList<>();
  private final List<ReadOutcome> outcomes = new ArrayList<>();
  private int relays;

  private static CounterName name(int number) {
    return SimulatedLife.name("n" + number);
  }

  private void watch() {
    watch(0, 0);
  }

  /** Notes what is collected, and how often others are asked to pass something on. */
  private void watch(long moreMsAtFirst, long moreMs) {
    world.route =
        (_, _, message) -> {
          if (message.request() instanceof Request.Relay) {
            relays++;
          }
          if (message.request() instanceof Request.Collect(List<CounterName> names)) {
            collects.add(names);
            return collects.size() == 1 ? moreMsAtFirst : moreMs;
          }
          return 0;
        };
  }

  private void readLater(Machine at, CounterName name, long deadlineMs) {
    at.process.run(() -> at.actor().read(name, deadlineMs, outcomes::add));
  }

  private void awaitOutcomes(int count) {
    world.runUntil(2 * DEADLINE_MS, () -> outcomes.size() == count);
    assertThat(outcomes).hasSize(count);
  }

  private void countAll(Machine at, int names, BigInteger amount) {
    var amounts = new TreeMap<CounterName, BigInteger>();
    for (int i = 0; i < names; i++) {
      amounts.put(name(i), amount);
    }
    assertThat(world.count(at, amounts, Optional.empty())).contains(new AddOutcome.Counted());
  }

  private static List<ReadOutcome> allOf(long value, int count) {
    return Collections.nCopies(count, exactly(value));
  }

  @Test
  void readsOfManyCounters_whileAQuestionIsUnderWay_shareTheNextOnes() {
    List<Machine> all = world.cluster(2);
    countAll(all.get(1), 500, BigInteger.ONE);
    watch();
    for (int i = 0; i < 500; i++) {
      readLater(all.get(0), name(i), DEADLINE_MS);
    }
    assertThat(collects).containsExactly(List.of(name(0)));
    awaitOutcomes(500);
    assertThat(outcomes).isEqualTo(allOf(1, 500));
    assertThat(collects).as("one more for each round of the others").hasSize(3);
  }

  @Test
  void readsOfManyCounters_atAllOfTwenty_endInTime_whereMessagesTakeLong() {
    List<Machine> all = world.cluster(20);
    all.forEach(machine -> countAll(machine, 64, BigInteger.ONE));
    world.messageMs = 3;
    watch();
    for (Machine machine : all) {
      for (int i = 0; i < 64; i++) {
        readLater(machine, name(i), DEADLINE_MS);
      }
    }
    awaitOutcomes(20 * 64);
    assertThat(outcomes).isEqualTo(allOf(20, 20 * 64));
    assertThat(collects.size()).isLessThan(20 * 19 * 10);
    assertThat(relays).isZero();
  }

  /** The first reader has given up before the answer comes. */
  @Test
  void name_thatIsUnderWay_isAskedForAnew() {
    List<Machine> all = world.cluster(2);
    watch(300, 0);
    readLater(all.get(0), X, 50);
    awaitOutcomes(1);
    readLater(all.get(0), X, DEADLINE_MS);
    awaitOutcomes(2);
    assertThat(outcomes.get(1)).isEqualTo(exactly(0));
    assertThat(collects).as("one for the first reader, and two rounds").hasSize(3);
  }

  @Test
  void names_thatNobodyReadsAnyMore_areNotAskedFor() {
    List<Machine> all = world.cluster(2);
    watch(300, 0);
    for (int i = 0; i < 100; i++) {
      readLater(all.get(0), name(i), 50);
    }
    readLater(all.get(0), X, DEADLINE_MS);
    awaitOutcomes(101);
    assertThat(collects).containsExactly(List.of(name(0)), List.of(X), List.of(X));
  }

  @Test
  void answer_hasAsManyCountersAsFit_andTheOthersAreAskedForAgain() {
    world.sizes = new Sizes(1_000, 1_000, 1_000);
    List<Machine> all = world.cluster(2);
    countAll(all.get(1), 10, BigInteger.TWO.pow(4_000)); // about 600 bytes
    watch();
    for (int i = 0; i < 10; i++) {
      readLater(all.get(0), name(i), DEADLINE_MS);
    }
    awaitOutcomes(10);
    assertThat(outcomes).containsOnly(new ReadOutcome.Exact(BigInteger.TWO.pow(4_000), List.of()));
    assertThat(collects).hasSize(20); // one counter fits
  }

  @Test
  void actorThatIsSlow_isNotAskedThroughOthers() {
    List<Machine> all = world.cluster(3);
    watch(1_500, 1_500);
    readLater(all.get(0), X, 10_000);
    keepCounting(all.get(0)); // and so hears of the others
    awaitOutcomes(1);
    assertThat(outcomes).containsExactly(exactly(0));
    assertThat(relays).isZero();
  }

  private void keepCounting(Machine machine) {
    machine.process.run(
        () -> machine.actor().add(Map.of(Y, BigInteger.ONE), Optional.empty(), _ -> {}));
    world.laterMs(100, () -> keepCounting(machine));
  }

  @Test
  void actorThatIsCutOff_isAskedThroughTheOneThatHasReachedIt() {
    List<Machine> all = world.cluster(5);
    for (Machine other : all.subList(3, 5)) {
      world.cutBoth(all.get(0), other);
      world.cutBoth(all.get(1), other);
    }
    assertThat(world.read(all.get(0), X, 60_000)).contains(exactly(0));
    var through = new ArrayList<Address>();
    world.route =
        (from, to, message) -> {
          if (message.request() instanceof Request.Relay && from == all.get(0)) {
            through.add(to);
          }
          return 0;
        };
    for (int i = 0; i < 20; i++) {
      assertThat(read(all.get(0))).isEqualTo(exactly(0));
    }
    assertThat(through).isNotEmpty().containsOnly(all.get(2).address);
  }

  @Test
  void questionsThroughOthers_areBounded() {
    List<Machine> all = world.cluster(8);
    for (Machine other : all.subList(2, 8)) {
      world.cutBoth(all.get(0), other);
      world.cutBoth(all.get(1), other);
    }
    int[] most = {0};
    world.route =
        (from, _, message) -> {
          if (message.request() instanceof Request.Relay && from == all.get(0)) {
            relays++;
            most[0] = Math.max(most[0], relays);
            world.laterMs(Asker.TIMEOUT_MS / 2, () -> relays--);
            return Asker.TIMEOUT_MS / 2; // so each takes longer, with its answer
          }
          return 0;
        };
    for (int i = 0; i < 1_000; i++) {
      readLater(all.get(0), name(i), DEADLINE_MS);
    }
    world.laterMs(
        1_500, // the others are known to be cut off
        () -> {
          for (int i = 0; i < 100; i++) {
            post(all.get(0));
          }
        });
    awaitOutcomes(1_000);
    assertThat(outcomes).hasOnlyElementsOfType(ReadOutcome.Unavailable.class);
    assertThat(most[0]).isPositive().isLessThanOrEqualTo(Asker.RELAYED_MAX);
    world.heal();
    readLater(all.get(0), X, DEADLINE_MS);
    awaitOutcomes(1_001);
    assertThat(outcomes.getLast()).isEqualTo(exactly(0));
  }
}
