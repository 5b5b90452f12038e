package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.SimulatedWorld.Machine;
import dev.holdfast.disk.SimulatedDisk.Left;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Actors whose memory for counters is full. */
class MemoryTest extends Schedule {
  private static final BigInteger LONG = BigInteger.TEN.pow(4_000);
  private static final Sizes ONE_BY_ONE = new Sizes(1, 1, 1);

  private static CounterName name(String side, int number) {
    return SimulatedLife.name(side + "-" + number);
  }

  /** Counts in new counters until one is refused. Returns how many were counted. */
  private int fill(Machine at, String side) {
    int count = 0;
    while (world.count(at, name(side, count), 1).equals(Optional.of(new AddOutcome.Counted()))) {
      count++;
    }
    return count;
  }

  private Optional<AddOutcome> count(Machine at, CounterName name, BigInteger amount) {
    return world.count(at, Map.of(name, amount), Optional.empty());
  }

  private static void assertRefused(Optional<AddOutcome> outcome, String why) {
    assertThat(outcome)
        .get()
        .isInstanceOfSatisfying(
            AddOutcome.NotCounted.class, refused -> assertThat(refused.detail()).contains(why));
  }

  /** Starts machines of which the first has no memory for others' counters. */
  private List<Machine> withFullFirst(int count) {
    for (int i = 0; i < count; i++) {
      Machine machine = world.add();
      world.bytesMax = i == 0 ? 0 : Long.MAX_VALUE;
      machine.start();
    }
    world.configure(world.machines().getFirst(), world.addresses(), List.of());
    world.run(1_000);
    return world.machines();
  }

  /** Few names, each with a value that is much longer than its name. */
  @Test
  void longerValue_withoutMemory_isRefused_andShortOnesCount() {
    world.bytesMax = 20_000;
    Machine machine = world.cluster(1).getFirst();
    for (int i = 0; i < 20; i++) {
      assertThat(world.count(machine, name("n", i), 1)).contains(new AddOutcome.Counted());
    }
    int counted = 0;
    Optional<AddOutcome> outcome = count(machine, name("n", 0), LONG);
    while (outcome.equals(Optional.of(new AddOutcome.Counted()))) {
      counted++;
      outcome = count(machine, name("n", counted), LONG);
    }
    assertThat(counted).isBetween(1, 5);
    assertRefused(outcome, "no memory for a longer value");
    assertThat(world.count(machine, name("n", 19), 1)).contains(new AddOutcome.Counted());
    assertThat(world.count(machine, name("n", 0), 1)).contains(new AddOutcome.Counted());
    assertThat(read(machine, name("n", 0)))
        .isEqualTo(new ReadOutcome.Exact(LONG.add(BigInteger.TWO), List.of()));
  }

  private ReadOutcome read(Machine at, CounterName name) {
    return world.read(at, name, 5_000).orElseThrow();
  }

  /** They come before any of them is visible. */
  @Test
  void newCounters_thatComeTogether_takeNoMoreMemoryThanThereIs() {
    world.bytesMax = 50_000;
    Machine machine = world.cluster(1).getFirst();
    var outcomes = new ArrayList<AddOutcome>();
    for (int i = 0; i < 2_000; i++) {
      CounterName name = name("n", i);
      machine.process.run(
          () -> machine.actor().add(Map.of(name, BigInteger.ONE), Optional.empty(), outcomes::add));
    }
    world.run(5_000);
    assertThat(outcomes).hasSize(2_000).contains(new AddOutcome.Counted());
    assertThat(machine.actor().status().memoryPercent()).isLessThanOrEqualTo(101);
  }

  /** Its shares are on its disk alone. */
  @Test
  void deadActor_whoseCountersHaveNoMemoryHere_failsTheReadHereAlone() {
    world.hasSharedDirectories = true;
    List<Machine> all = withFullFirst(3);
    world.isolate(all.get(2));
    assertThat(world.count(all.get(2), name("n", 0), 4)).contains(new AddOutcome.Counted());
    all.get(2).crash(Left.EVERYTHING);
    world.heal();
    assertThat(read(all.get(0), name("n", 0))).isInstanceOf(ReadOutcome.Unavailable.class);
    assertThat(read(all.get(1), name("n", 0))).isEqualTo(exactly(4));
  }

  /** After the cut each would have the counters of both. */
  @Test
  void sidesOfACut_thatHaveBothFilledTheirMemory_takeNoMoreThanThereIs_andReadExactly() {
    world.sizes = ONE_BY_ONE;
    world.bytesMax = 20_000;
    List<Machine> all = world.cluster(2);
    Machine first = all.get(0);
    world.cutBoth(first, all.get(1));
    int here = fill(first, "a");
    int there = fill(all.get(1), "b");
    assertThat(here).isGreaterThan(20);
    world.heal();
    world.run(20_000);
    for (Machine machine : all) {
      assertThat(machine.actor().status().memoryPercent()).isBetween(100, 130);
    }
    for (int i = 0; i < there; i++) {
      assertThat(read(first, name("b", i))).isEqualTo(exactly(1));
    }
    assertThat(world.count(first, name("a", 0), 1)).contains(new AddOutcome.Counted());
    assertThat(read(all.get(1), name("a", 0))).isEqualTo(exactly(2));
    var pulls = new ArrayList<Message>();
    world.route =
        (_, _, message) -> {
          if (message.request() instanceof Request.Pull) {
            pulls.add(message);
          }
          return 0;
        };
    world.run(5_000);
    assertThat(pulls).as("nobody asks for what it cannot take").isEmpty();
  }

  /** What it knows of a counter already needs no further memory. */
  @Test
  void counterThatIsKnown_isBroughtUpToDate_withoutMemory() {
    Machine full = world.add();
    Machine other = world.add();
    world.bytesMax = 2_000;
    full.start();
    world.bytesMax = Long.MAX_VALUE;
    other.start();
    world.configure(full, world.addresses(), List.of());
    count(other, 1);
    world.run(1_000);
    assertThat(fill(full, "a")).isPositive();
    for (int i = 0; i < 30; i++) {
      assertThat(world.count(other, name("b", i), 1)).contains(new AddOutcome.Counted());
      world.run(100);
    }
    count(other, 1);
    world.run(5_000);
    assertThat(full.actor().status().memoryPercent()).isBetween(125, 150);
    assertThat(full.actor().value(X)).isEqualTo(2);
    assertThat(read(full, name("b", 29))).isEqualTo(exactly(1));
  }

  /** A snapshot of what is known here would not have it. */
  @Test
  void shareThatNobodyHasForced_isNotShown_whereThereIsNoMemoryForIt() {
    List<Machine> all = withFullFirst(3);
    Id third = all.get(2).actor().id();
    all.get(1).ownDiskMaxMs = 1_000_000;
    all.get(2).ownDiskMaxMs = 1_000_000;
    var entry = new Range.Entry(X, BigInteger.valueOf(5), 1);
    var range = new Range(new Id(5, 5), third, 0, 1, List.of(entry));
    var push =
        new Message(
            third,
            new Id(9, 9),
            all.get(1).actor().configuration().stamp(),
            Optional.empty(),
            new Request.Push(List.of(range), Id.NONE, Id.NONE));
    all.get(1).process.run(() -> all.get(1).actor().answer(push.toBytes(), _ -> {}));
    assertThat(all.get(1).actor().value(X)).isEqualTo(5);
    assertThat(read(all.get(0))).isInstanceOf(ReadOutcome.Unavailable.class);
    world.run(3_000_000);
    assertThat(all.get(0).actor().value(X)).isZero();
    assertThat(read(all.get(0))).as("once it is forced elsewhere").isEqualTo(exactly(5));
  }

  @Test
  void handOver_toAnActorWithoutMemory_isNotConfirmed_andTheNextOneTakesIt() {
    List<Machine> all = withFullFirst(3);
    Machine dropped = all.get(2);
    world.isolate(dropped);
    count(dropped, 5);
    var asked = new ArrayList<Message>();
    world.route =
        (from, to, message) -> {
          if (from == dropped && message.request() instanceof Request.HandOver) {
            asked.add(message);
          }
          return 0;
        };
    var one = new TreeSet<>(List.of(all.get(0).address));
    world.configure(all.get(0), one, List.of());
    world.heal();
    world.run(5_000);
    assertThat(asked).as("it does not ask without a pause").hasSizeBetween(2, 100);
    assertThat(all.get(0).actor().configuration().ended()).doesNotContainKey(dropped.actor().id());
    assertThat(((ReadOutcome.Exact) read(all.get(0))).unconfirmed()).contains(dropped.address);
    var two = new TreeSet<>(List.of(all.get(0).address, all.get(1).address));
    world.configure(all.get(0), two, List.of());
    world.run(10_000);
    assertThat(read(all.get(0))).isEqualTo(exactly(5));
  }

  /** Each growth counts, however short, and so does the sum of all shares. */
  @Test
  void bytes_haveAllOfALongValue() {
    var ledger = new Ledger(Sizes.DEFAULT);
    Slot slot = ledger.slot(new Id(1, 1), new Id(2, 2));
    for (int bits = 1; bits <= 13_000; bits++) {
      ledger.take(slot, X, BigInteger.ONE.shiftLeft(bits), bits);
    }
    assertThat(ledger.bytes()).isBetween(4L * 13_000 / Byte.SIZE, 5L * 13_000 / Byte.SIZE);
  }

  /** A slot that changes while its parts are made. */
  @Test
  void parts_ofASlotThatChangesMeanwhile_haveAllThatItHadAtFirst() {
    var source = new Ledger(Sizes.DEFAULT);
    Slot slot = source.slot(new Id(1, 1), new Id(2, 2));
    for (int i = 1; i <= 500; i++) {
      source.count(slot, name("n", i), BigInteger.ONE, i);
    }
    var parts = SlotParts.of(new Serial(), new Sizes(100, 1, 300), source.slots()).iterator();
    var copy = new Ledger(Sizes.DEFAULT);
    long sequence = 500;
    int count = 0;
    while (parts.hasNext()) {
      copy.merge(parts.next());
      count++;
      if (count % 3 == 0) {
        CounterName changed = name("n", 1 + count % 500);
        source.count(slot, changed, source.value(changed).add(BigInteger.ONE), ++sequence);
      }
    }
    assertThat(count).isGreaterThan(10);
    assertThat(copy.slot(slot.id()).orElseThrow().known()).isEqualTo(500);
    assertThat(copy.counterCount()).isEqualTo(500);
    var names = new HashSet<BigInteger>();
    for (int i = 1; i <= 500; i++) {
      names.add(copy.value(name("n", i)));
      assertThat(copy.value(name("n", i))).isPositive();
    }
    assertThat(names).as("some have changed").hasSizeGreaterThan(1);
  }
}
