package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.SimulatedWorld.Machine;
import dev.holdfast.disk.SimulatedDisk.Left;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Configurations: posted, found, dropped and met, one schedule after the other. */
class MembershipTest extends Schedule {

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

  /** One does not answer, and one whose disk is slow does not agree. */
  @Test
  void post_endsInTime_whoeverDoesNotAgree() {
    List<Machine> all = world.cluster(4);
    all.get(1).process.isPaused = true;
    all.get(2).ownDiskMaxMs = 1_000_000;
    var list = new TreeSet<>(world.addresses());
    list.add(new Address("10.0.9.9", 7777));
    long begun = world.nowMs();
    ConfigureOutcome outcome = world.configure(all.get(0), list, List.of());
    assertThat(outcome).isInstanceOf(ConfigureOutcome.Configured.class);
    assertThat(((ConfigureOutcome.Configured) outcome).notReached())
        .contains(all.get(1).address, all.get(2).address)
        .doesNotContain(all.get(3).address);
    assertThat(world.nowMs() - begun).isLessThan(2 * Configuring.ASK_MS + 100);
  }

  @Test
  void post_reachesThroughOthers() {
    List<Machine> all = world.cluster(3);
    Machine fourth = world.add();
    fourth.start();
    world.cutBoth(all.get(0), all.get(2));
    ConfigureOutcome outcome = world.configure(all.get(0), world.addresses(), List.of());
    assertThat(((ConfigureOutcome.Configured) outcome).notReached()).isEmpty();
    assertThat(all.get(2).actor().configuration().actors()).contains(fourth.address);
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

  /**
   * A freeze holds where the address leads here. Then the address leads to another machine, which
   * the others do not reach, and which counts 10,000. Then one that is not frozen yet counts
   * 1,000,000. A read that has the second has the first.
   */
  @Test
  void addressThatLedHere_andLeadsToAnotherMachineDuringAFreeze_isNotPassedOver() {
    world.add().knowsItsAddress = false;
    List<Machine> all = List.copyOf(world.cluster(3));
    Machine first = all.get(0);
    Machine last = all.get(2);
    Address formerly = first.address;
    assertThat(read(first)).isEqualTo(exactly(0));
    Machine other = world.add();
    var counted = new ArrayList<AddOutcome>();
    boolean[] hasMoved = {false};
    world.route =
        (from, to, message) -> {
          if (from == other || (from != first && to.equals(formerly))) {
            return 3_600_000; // the two do not reach each other
          }
          boolean isFreeze = message.request() instanceof Request.Freeze;
          if (from != first || !isFreeze || !to.equals(last.address)) {
            return 0;
          }
          if (!hasMoved[0]) {
            hasMoved[0] = true;
            world.laterMs(20, () -> takeTheAddressAndCount(other, formerly, first, last, counted));
          }
          return 120; // and the others hold for so long
        };
    keepCounting(all.get(1), 2_000);
    ReadOutcome outcome = world.read(first, X, 20_000).orElseThrow();
    assertThat(hasMoved[0]).isTrue();
    assertThat(counted).containsExactly(new AddOutcome.Counted(), new AddOutcome.Counted());
    if (outcome instanceof ReadOutcome.Exact(BigInteger value, List<Address> _)) {
      boolean hasSecond = value.compareTo(BigInteger.valueOf(1_000_000)) >= 0;
      long rest = value.longValueExact() % 1_000_000;
      assertThat(rest >= 10_000 || !hasSecond).as("%s", value).isTrue();
    }
  }

  private void takeTheAddressAndCount(
      Machine other, Address address, Machine from, Machine last, List<AddOutcome> counted) {
    world.move(from, new Address("10.0.1.1", 7777));
    world.move(other, address);
    other.start();
    add(
        other,
        10_000,
        outcome -> {
          counted.add(outcome);
          add(last, 1_000_000, counted::add);
        });
  }

  private void keepCounting(Machine at, int times) {
    if (times > 0) {
      add(at, 1, _ -> {});
      world.laterMs(1, () -> keepCounting(at, times - 1));
    }
  }

  private static void add(Machine at, long amount, Consumer<AddOutcome> then) {
    at.process.run(
        () -> at.actor().add(Map.of(X, BigInteger.valueOf(amount)), Optional.empty(), then));
  }

  /** Its address is one of a gateway, say, which sends to another machine later on. */
  @Test
  void addressThatOnceLedHere_andLeadsToAnotherMachineNow_isReadThere() {
    world.add().knowsItsAddress = false;
    List<Machine> all = List.copyOf(world.cluster(2));
    Machine first = all.get(0);
    count(first, 1);
    assertThat(read(first)).isEqualTo(exactly(1));
    Address formerly = first.address;
    world.move(first, new Address("10.0.1.1", 7777));
    Machine third = world.add();
    world.move(third, formerly);
    third.start();
    world.run(3_000);
    world.cutBoth(all.get(1), third);
    count(third, 3);
    assertThat(read(first)).isEqualTo(exactly(4));
  }

  /** Its address is a name, which leads to another machine before this one looks it up again. */
  @Test
  void addressThatIsTakenForOwn_andLeadsToAnotherMachine_isReadThere() {
    List<Machine> all = List.copyOf(world.cluster(2));
    Machine first = all.get(0);
    count(first, 1);
    assertThat(read(first)).isEqualTo(exactly(1));
    Machine third = leadElsewhere(first);
    third.start();
    world.run(3_000);
    world.cutBoth(all.get(1), third);
    count(third, 3);
    assertThat(read(first)).isEqualTo(exactly(4));
  }

  @Test
  void addressThatIsTakenForOwn_andIsSilent_isMissing() {
    Machine first = world.cluster(2).getFirst();
    Address formerly = first.address;
    Machine third = leadElsewhere(first);
    third.start();
    world.isolate(third);
    assertThat(read(first))
        .isInstanceOfSatisfying(
            ReadOutcome.Unavailable.class,
            unavailable -> assertThat(unavailable.missing()).containsExactly(formerly));
  }

  /** Whoever posts a list tells it to the machine that is there now. */
  @Test
  void post_reachesTheMachineBehindAnAddressThatIsTakenForOwn() {
    Machine first = world.cluster(2).getFirst();
    Machine third = leadElsewhere(first);
    third.start();
    var list = new TreeSet<>(List.of(third.address, new Address("10.0.0.2", 7777)));
    world.configure(first, list, List.of());
    assertThat(third.actor().configuration().actors()).isEqualTo(list);
  }

  /** Lets the address of a machine lead to a new one. The machine does not know that. */
  private Machine leadElsewhere(Machine machine) {
    Address formerly = machine.address;
    machine.taken = formerly;
    world.move(machine, new Address("10.0.1.1", 7777));
    Machine other = world.add();
    world.move(other, formerly);
    return other;
  }

  /** Nobody knows whether the other machine counts at that address. */
  @Test
  void addressThatOnceLedHere_andIsSilentNow_isMissing() {
    world.add().knowsItsAddress = false;
    Machine first = world.cluster(2).getFirst();
    assertThat(read(first)).isEqualTo(exactly(0));
    Address formerly = first.address;
    world.move(first, new Address("10.0.1.1", 7777));
    assertThat(read(first))
        .isInstanceOfSatisfying(
            ReadOutcome.Unavailable.class,
            unavailable -> assertThat(unavailable.missing()).containsExactly(formerly));
  }

  /** Nobody reads meanwhile. */
  @Test
  void addressThatOnceLedHere_isAskedAgain() {
    world.add().knowsItsAddress = false;
    Machine first = world.cluster(2).getFirst();
    assertThat(first.actor().status().isListed()).isTrue();
    Address formerly = first.address;
    world.move(first, new Address("10.0.1.1", 7777));
    Machine third = world.add();
    world.move(third, formerly);
    third.start();
    world.run(3_000);
    assertThat(first.actor().status().isListed()).isFalse();
    assertThat(first.actor().status().isCounting()).isFalse();
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

  /** Both are in use, and both say that the second machine is theirs. */
  @Test
  void twoClusters_thatShareAnAddress_unite() {
    for (int i = 0; i < 4; i++) {
      world.add().start();
    }
    List<Machine> all = world.machines();
    for (Machine one : all.subList(0, 2)) {
      for (Machine other : all.subList(2, 4)) {
        world.cutBoth(one, other);
      }
    }
    world.configure(
        all.get(0), new TreeSet<>(List.of(all.get(0).address, all.get(1).address)), List.of());
    world.configure(
        all.get(2),
        new TreeSet<>(List.of(all.get(1).address, all.get(2).address, all.get(3).address)),
        List.of());
    count(all.get(0), 1);
    count(all.get(1), 2);
    count(all.get(2), 4);
    count(all.get(3), 8);
    assertThat(read(all.get(0))).isEqualTo(exactly(3));
    world.heal();
    world.run(5_000);
    for (Machine machine : all) {
      assertThat(machine.actor().configuration().actors()).isEqualTo(world.addresses());
      assertThat(read(machine)).isEqualTo(exactly(15));
    }
  }

  /** The one cluster has forgotten it, and the other one begins with an empty directory there. */
  @Test
  void addressThatIsForgotten_andHasANewDirectory_keepsTwoClustersApart() {
    List<Machine> all = world.cluster(2);
    Machine first = all.get(0);
    Machine reused = all.get(1);
    count(first, 1);
    count(reused, 2);
    world.run(2_000);
    reused.crash(Left.EVERYTHING);
    world.configure(first, new TreeSet<>(List.of(first.address)), List.of(reused.address));
    reused.loseDisk();
    reused.start();
    Machine third = world.add();
    third.start();
    world.configure(third, new TreeSet<>(List.of(reused.address, third.address)), List.of());
    count(reused, 4);
    count(third, 8);
    count(first, 16);
    world.run(10_000);
    assertThat(read(first)).isEqualTo(exactly(19));
    assertThat(read(third)).isEqualTo(exactly(12));
    assertThat(read(reused)).isEqualTo(exactly(12));
  }

  /** The first increment is not forced, and then nothing can be written at all. */
  @Test
  void post_whoseForceFails_isUnknown_andOneThatIsNotWrittenIsNotStored() {
    Machine machine = world.add();
    machine.start();
    machine.failsToForce = true;
    assertThat(world.configure(machine, world.addresses(), List.of()))
        .isInstanceOf(ConfigureOutcome.Unknown.class);
    assertThat(world.configure(machine, world.addresses(), List.of()))
        .isInstanceOf(ConfigureOutcome.NotStored.class);
    assertThat(machine.actor().configuration().isNone()).isTrue();
  }

  /** It counts so much that its pushes take all of their rate. */
  @Test
  void addressThatOnceLedHere_isAskedAgain_whileMuchIsCounted() {
    world.add().knowsItsAddress = false;
    Machine first = world.cluster(6).getFirst();
    keepCounting(first, 8_000);
    world.run(4_000);
    assertThat(first.actor().status().isListed()).isTrue();
    Address formerly = first.address;
    world.move(first, new Address("10.0.1.1", 7777));
    Machine third = world.add();
    world.move(third, formerly);
    third.start();
    world.run(3_000);
    assertThat(first.actor().status().isListed()).isFalse();
  }

  /** The places in the list change: an actor that counts by its place meets another one there. */
  @Test
  void actorThatIsDropped_andOneThatIsAdded_doNotCountAsOne() {
    List<Machine> all = List.copyOf(world.cluster(2));
    Machine second = all.get(1);
    count(all.get(0), 1);
    count(second, 2);
    Machine third = world.add();
    third.start();
    var list = new TreeSet<>(List.of(second.address, third.address));
    world.configure(second, list, List.of());
    world.run(2_000);
    count(third, 4);
    count(second, 8);
    world.run(2_000);
    assertThat(read(second)).isEqualTo(exactly(15));
    assertThat(read(third)).isEqualTo(exactly(15));
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
}
