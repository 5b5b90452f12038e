package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.SimulatedWorld.Machine;
import dev.holdfast.disk.SimulatedDisk.Left;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which shares actors bring each other, and how often. */
class ExchangeTest extends Schedule {
  private static final long NEVER_MS = 10_000_000;

  /** The latest sequence that was sent to an address, of each slot and counter. */
  private final Map<List<Object>, Long> sent = new HashMap<>();

  private int pushes;
  private int entries;
  private int again; // of these, such as were sent to the same actor before

  private void watch() {
    world.route =
        (_, to, message) -> {
          if (message.request() instanceof Request.Push push) {
            pushes++;
            push.ranges().forEach(range -> note(to, range));
          }
          return 0;
        };
  }

  private void note(Address to, Range range) {
    for (Range.Entry entry : range.entries()) {
      entries++;
      List<Object> what = List.of(to, range.slot(), entry.name());
      if (sent.getOrDefault(what, 0L) >= entry.sequence()) {
        again++;
      } else {
        sent.put(what, entry.sequence());
      }
    }
  }

  private void keepCounting(Machine machine, int number, long untilMs) {
    if (world.nowMs() < untilMs) {
      CounterName name = SimulatedLife.name("n" + number % 10);
      machine.process.run(
          () -> machine.actor().add(Map.of(name, BigInteger.ONE), Optional.empty(), _ -> {}));
      world.laterMs(20, () -> keepCounting(machine, number + 1, untilMs));
    }
  }

  @Test
  void shares_whileTwentyCount_areSeldomSentTwice() {
    List<Machine> all = world.cluster(20);
    long until = world.nowMs() + 4_000;
    all.forEach(machine -> keepCounting(machine, machine.number, until));
    world.run(1_000);
    watch();
    world.run(3_000);
    assertThat(again).as("of %s entries in %s pushes", entries, pushes).isLessThan(entries / 4);
    world.run(5_000);
    for (int i = 0; i < 10; i++) {
      CounterName name = SimulatedLife.name("n" + i);
      assertThat(all.stream().map(machine -> machine.actor().value(name)).distinct()).hasSize(1);
    }
  }

  /** All but the one that has counted are told once each, as far as they say so in time. */
  @Test
  void share_whereNothingElseHappens_isSentOnceToEach() {
    List<Machine> all = world.cluster(20);
    world.run(3_000);
    watch();
    count(all.get(7), 1);
    world.run(3_000);
    assertThat(again).as("one that is slow to hear of it").isLessThanOrEqualTo(2);
    assertThat(entries - again).isEqualTo(19);
    assertThat(all).allSatisfy(m -> assertThat(m.actor().value(X)).isEqualTo(BigInteger.ONE));
  }

  /** Its counts reach the others through those that it reaches. */
  @Test
  void share_ofAnActorThatReachesOneAlone_isPassedOn() {
    List<Machine> all = world.cluster(6);
    for (Machine other : all.subList(2, 6)) {
      world.cutBoth(all.get(0), other);
    }
    count(all.get(0), 3);
    world.run(3_000);
    assertThat(all)
        .allSatisfy(m -> assertThat(m.actor().value(X)).isEqualTo(BigInteger.valueOf(3)));
  }

  /** It has said what it knows, and is killed before it is brought what it lacks. */
  @Test
  void actorThatStartsAgain_betweenWhatItSaysAndWhatItIsBrought_learnsAll() {
    List<Machine> all = world.cluster(3);
    Machine third = all.get(2);
    world.cutBoth(all.get(1), third);
    boolean[] isKilled = {false};
    world.route =
        (from, to, message) -> {
          boolean isRest =
              message.request() instanceof Request.Push push
                  && push.ranges().stream()
                      .anyMatch(range -> range.actor().equals(all.get(1).actor().id()));
          if (!isKilled[0] && isRest && from == all.get(0) && to.equals(third.address)) {
            isKilled[0] = true;
            third.crash(Left.NOTHING);
            third.start();
          }
          return 0;
        };
    for (int i = 0; i < 20; i++) {
      assertThat(world.count(all.get(1), SimulatedLife.name("n" + i), 1))
          .contains(new AddOutcome.Counted());
      count(all.get(0), 1);
    }
    world.run(4_000);
    assertThat(isKilled[0]).isTrue();
    assertThat(third.actor().page(new byte[0], Optional.empty(), 100)).hasSize(21);
    assertThat(third.foreignShares).isZero();
    assertThat(all.get(0).foreignShares).isZero();
  }

  /**
   * Two actors know one share each of a third one's slot, and one of them cannot be brought the
   * other's. What it has is asked for once, so that others are asked as well.
   */
  @Test
  void actorThatHasNothingNew_isNotAskedForItAgain() {
    world.sizes = new Sizes(20, 200, 20);
    List<Machine> all = world.cluster(3);
    Machine away = all.get(0);
    Machine one = all.get(1);
    Machine other = all.get(2);
    world.route =
        (from, to, message) -> {
          boolean isPush = message.request() instanceof Request.Push && from == away;
          boolean isPull =
              message.request() instanceof Request.Pull && (from == one || to.equals(away.address));
          return isPush || isPull ? NEVER_MS : 0;
        };
    for (int i = 0; i < 10; i++) {
      assertThat(world.count(away, SimulatedLife.name("n" + i), 1))
          .contains(new AddOutcome.Counted());
    }
    reads(one, "n3");
    reads(other, "n3");
    reads(other, "n7");
    world.run(3_000);
    world.isolate(away);
    int[] pulls = {0};
    SimulatedWorld.Route before = world.route;
    world.route =
        (from, to, message) -> {
          boolean isPull = message.request() instanceof Request.Pull && from == other;
          pulls[0] += isPull && to.equals(one.address) ? 1 : 0;
          return before.moreMs(from, to, message);
        };
    world.run(10_000);
    assertThat(one.actor().value(SimulatedLife.name("n7"))).as("cannot be brought").isZero();
    assertThat(pulls[0]).isLessThanOrEqualTo(1);
  }

  private void reads(Machine machine, String name) {
    assertThat(world.read(machine, SimulatedLife.name(name), 5_000).orElseThrow())
        .isInstanceOf(ReadOutcome.Exact.class);
  }
}
