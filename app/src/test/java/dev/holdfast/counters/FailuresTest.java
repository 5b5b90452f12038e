package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.SimulatedWorld.Machine;
import dev.holdfast.counters.SimulatedWorld.Part;
import dev.holdfast.disk.SimulatedDisk.Left;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Failures that nobody foresaw: each is counted, and ends nothing but its own task. */
class FailuresTest extends Schedule {
  private static final int LIVES = 40;
  private static final Map<CounterName, BigInteger> ONE = Map.of(X, BigInteger.ONE);

  @Test
  void networkThatFails_doesNotEndTheExchange() {
    List<Machine> all = world.cluster(2);
    all.get(0).fails = Part.NETWORK::equals;
    count(all.get(0), 1);
    assertThat(read(all.get(0))).isInstanceOf(ReadOutcome.Unavailable.class);
    assertThat(all.get(0).failures).isPositive();
    all.get(0).fails = _ -> false;
    world.run(3_000);
    assertThat(all.get(1).actor().value(X)).isEqualTo(BigInteger.ONE);
    assertThat(read(all.get(0))).isEqualTo(exactly(1));
  }

  @Test
  void outcomeThatFails_keepsNobodyFromTheirs() {
    Machine machine = world.cluster(1).getFirst();
    var outcomes = new ArrayList<AddOutcome>();
    machine.process.run(
        () -> {
          machine
              .actor()
              .add(
                  ONE,
                  Optional.empty(),
                  _ -> {
                    throw new StackOverflowError("planted");
                  });
          machine.actor().add(ONE, Optional.empty(), outcomes::add);
        });
    assertThat(world.runUntil(1_000, () -> !outcomes.isEmpty())).isTrue();
    assertThat(outcomes).containsExactly(new AddOutcome.Counted());
    assertThat(machine.failures).isEqualTo(1);
    count(machine, 1);
    assertThat(read(machine)).isEqualTo(exactly(3));
  }

  /** What it lacks is too much for a push. */
  @Test
  void pullThatFails_isNotTheLastOne() {
    world.sizes = new Sizes(1, 1, 1);
    List<Machine> all = world.cluster(2);
    Machine first = all.get(0);
    Machine second = all.get(1);
    world.cutBoth(first, second);
    var amounts = new TreeMap<CounterName, BigInteger>();
    for (int i = 0; i < 5; i++) {
      amounts.put(SimulatedLife.name("n" + i), BigInteger.ONE);
    }
    assertThat(world.count(first, amounts, Optional.empty())).contains(new AddOutcome.Counted());
    boolean[] hasFailed = {false};
    world.route =
        (from, _, message) -> {
          if (from == second && message.request() instanceof Request.Pull && !hasFailed[0]) {
            hasFailed[0] = true;
            second.fails = Part.RANDOM::equals; // which is asked when to pass the news on
            world.laterMs(300, () -> second.fails = _ -> false);
          }
          return 0;
        };
    world.heal();
    world.run(6_000);
    assertThat(hasFailed[0]).isTrue();
    assertThat(second.failures).isPositive();
    assertThat(second.actor().page(new byte[0], Optional.empty(), 10)).hasSize(5);
  }

  @Test
  void handOverThatFails_isTriedAgain() {
    List<Machine> all = world.cluster(3);
    Machine dropped = all.get(2);
    count(dropped, 9);
    dropped.fails = Part.RANDOM::equals; // which says to whom
    var two = new TreeSet<>(List.of(all.get(0).address, all.get(1).address));
    world.configure(all.get(0), two, List.of());
    world.run(1_000);
    assertThat(dropped.failures).isPositive();
    dropped.fails = _ -> false;
    world.run(2_000);
    dropped.crash(Left.NOTHING);
    assertThat(read(all.get(0))).isEqualTo(exactly(9));
  }

  /** There is no thread for the log. */
  @Test
  void stopThatFails_isTriedAgain() {
    List<Machine> all = world.cluster(3);
    Machine dropped = all.get(2);
    count(dropped, 9);
    var two = new TreeSet<>(List.of(all.get(0).address, all.get(1).address));
    all.get(0).process.run(() -> all.get(0).actor().configure(two, List.of(), _ -> {}));
    assertThat(world.runUntil(5_000, () -> dropped.actor().configuration().actors().equals(two)))
        .isTrue();
    dropped.fails = Part.THREADS::equals;
    world.run(1_000);
    dropped.fails = _ -> false;
    world.run(3_000);
    dropped.crash(Left.NOTHING);
    assertThat(read(all.get(0))).isEqualTo(exactly(9));
  }

  /** It asks through others, and draws which of them. */
  @Test
  void questionThatFails_isAnsweredAllTheSame() {
    List<Machine> all = world.cluster(4);
    world.cutBoth(all.get(0), all.get(2));
    all.get(0).fails = Part.RANDOM::equals;
    assertThat(world.read(all.get(0), X, 3_000).orElseThrow())
        .isInstanceOf(ReadOutcome.Unavailable.class);
    assertThat(all.get(0).failures).isPositive();
    all.get(0).fails = _ -> false;
    assertThat(read(all.get(0))).isEqualTo(exactly(0));
  }

  /** There is no thread for the log, and the request waits there until there is one. */
  @Test
  void requestThatFails_isUnknown_andItsRepetitionCountsOnce() {
    Machine machine = world.cluster(1).getFirst();
    machine.fails = Part.THREADS::equals;
    assertThat(world.count(machine, ONE, Optional.of("k"))).contains(new AddOutcome.Unknown());
    assertThat(world.count(machine, ONE, Optional.of("k"))).contains(new AddOutcome.Unknown());
    machine.fails = _ -> false;
    assertThat(world.count(machine, ONE, Optional.of("k"))).contains(new AddOutcome.Counted());
    assertThat(read(machine)).isEqualTo(exactly(1));
  }

  /** A random number is drawn when the reader passes on what it has learned. */
  @Test
  void roundThatFails_whenItEnds_isFollowedByAnotherOne() {
    List<Machine> all = world.cluster(2);
    world.route = (_, _, message) -> message.request() instanceof Request.Push ? 3_600_000 : 0;
    count(all.get(1), 1);
    all.get(0).fails = Part.RANDOM::equals;
    assertThat(read(all.get(0))).isEqualTo(exactly(1));
    assertThat(all.get(0).failures).isPositive();
  }

  /** The address of the one that it still waits for is looked at before it is asked again. */
  @Test
  void roundThatFails_whileItWaits_isFollowedByAnotherOne() {
    List<Machine> all = world.cluster(2);
    all.get(1).process.isPaused = true;
    world.laterMs(900, () -> all.get(0).fails = Part.ADDRESSES::equals);
    world.laterMs(
        2_200,
        () -> {
          all.get(0).fails = _ -> false;
          all.get(1).process.resume();
        });
    assertThat(read(all.get(0))).isEqualTo(exactly(0));
    assertThat(all.get(0).failures).isPositive();
  }

  @Test
  void freezeThatFails_ends() {
    Machine machine = world.cluster(1).getFirst();
    var freeze =
        new Message(
            new Id(8, 8),
            new Id(9, 9),
            machine.actor().configuration().stamp(),
            Optional.empty(),
            new Request.Freeze(X));
    machine.fails = Part.RANDOM::equals;
    machine.process.run(() -> machine.actor().answer(freeze.toBytes(), _ -> {}));
    assertThat(machine.failures).isPositive();
    machine.fails = _ -> false;
    count(machine, 1);
    assertThat(read(machine)).isEqualTo(exactly(1));
  }

  /**
   * Actors are cut, count and read one counter, are dropped and listed again. One thing fails
   * meanwhile, in each life another one. Afterwards everything goes on.
   */
  @Test
  void failureOfAnything_leavesNothingStuck() {
    int all = new FailingLife(Integer.MAX_VALUE).live();
    int step = all / LIVES;
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    int first = new Random(seed).nextInt(step);
    for (int life = 0; life < LIVES; life++) {
      new FailingLife(first + life * step).live();
    }
  }

  /** Four actors, and one failure. */
  private static final class FailingLife {
    private final SimulatedWorld world = new SimulatedWorld(1);
    private final List<Machine> all;
    private final String name;
    private final List<Increment> increments = new ArrayList<>();
    private int calls;

    private record Increment(Machine at, Map<CounterName, BigInteger> amounts, String key) {}

    /**
     * @param failing the number of the call that fails, of all calls to the surroundings
     */
    FailingLife(int failing) {
      this.name = "call " + failing;
      world.sizes = new Sizes(100, 100, 100);
      all = world.cluster(4);
      all.forEach(machine -> machine.fails = _ -> calls++ == failing);
    }

    /** Returns how many calls there were. */
    int live() {
      world.isolate(all.get(0));
      for (int i = 0; i < 12; i++) {
        add(all.get(1), SimulatedLife.name("n" + i));
      }
      world.run(200);
      world.heal();
      keepCounting(world.nowMs() + 1_000);
      for (int i = 0; i < 8; i++) {
        world.run(100);
        Machine reader = all.get(i % 4);
        reader.process.run(() -> reader.actor().read(X, 2_000, _ -> {}));
      }
      world.run(1_000);
      post(threeOf());
      world.run(2_000);
      post(world.addresses());
      world.run(2_000);
      int made = calls;
      all.forEach(machine -> machine.fails = _ -> false);
      requireThatAllGoesOn();
      return made;
    }

    private NavigableSet<Address> threeOf() {
      var three = new TreeSet<>(world.addresses());
      three.remove(all.get(3).address);
      return three;
    }

    private void add(Machine at, CounterName counter) {
      var increment =
          new Increment(at, Map.of(counter, BigInteger.ONE), "key " + increments.size());
      increments.add(increment);
      at.process.run(
          () -> at.actor().add(increment.amounts(), Optional.of(increment.key()), _ -> {}));
    }

    private void keepCounting(long untilMs) {
      if (world.nowMs() < untilMs) {
        all.forEach(machine -> add(machine, X));
        world.laterMs(20, () -> keepCounting(untilMs));
      }
    }

    private void post(NavigableSet<Address> list) {
      all.get(0).process.run(() -> all.get(0).actor().configure(list, List.of(), _ -> {}));
    }

    private void requireThatAllGoesOn() {
      world.configure(all.get(1), world.addresses(), List.of());
      world.run(5_000);
      for (Increment increment : increments) {
        assertThat(world.count(increment.at(), increment.amounts(), Optional.of(increment.key())))
            .as("%s, %s at %s", name, increment.key(), increment.at())
            .contains(new AddOutcome.Counted());
      }
      long total = increments.stream().filter(i -> i.amounts().containsKey(X)).count();
      for (Machine machine : all) {
        assertThat(world.read(machine, X, 5_000))
            .as("%s, a read at %s", name, machine)
            .contains(exactly(total));
      }
      world.run(5_000);
      for (Machine machine : all) {
        assertThat(machine.actor().page(new byte[0], Optional.empty(), 100))
            .as("%s, names at %s", name, machine)
            .hasSize(13);
        assertThat(machine.actor().value(X)).as(name).isEqualTo(BigInteger.valueOf(total));
        assertThat(machine.actor().status().peers())
            .as("%s, news at %s", name, machine)
            .allSatisfy(peer -> assertThat(peer.newsAgeMs().orElseThrow()).isLessThan(9_000));
      }
      world.configure(all.get(0), threeOf(), List.of());
      world.run(3_000);
      all.get(3).crash(Left.NOTHING);
      assertThat(world.read(all.get(0), X, 5_000))
          .as("%s, after the hand-over", name)
          .contains(exactly(total));
    }
  }
}
