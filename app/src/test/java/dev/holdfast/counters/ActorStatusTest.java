package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.ActorStatus.PeerStatus;
import dev.holdfast.counters.SimulatedWorld.Machine;
import dev.holdfast.disk.SimulatedDisk.Left;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What an actor tells an operator. */
class ActorStatusTest extends Schedule {
  @Test
  void status_withoutConfiguration() {
    Machine alone = world.add();
    alone.start();
    count(alone, 5);
    ActorStatus status = alone.actor().status();
    assertThat(status.configuration().isNone()).isTrue();
    assertThat(status.isListed()).isFalse();
    assertThat(status.isCounting()).isTrue();
    assertThat(status.counters()).isEqualTo(1);
    assertThat(status.slots()).isEqualTo(1);
    assertThat(status.formerSlots()).isZero();
    assertThat(status.sequence()).isEqualTo(1);
    assertThat(status.peers()).isEmpty();
  }

  @Test
  void status_afterARestart_tellsOfFormerSlots() {
    Machine alone = world.add();
    alone.start();
    count(alone, 5);
    alone.crash(Left.NOTHING);
    alone.start();
    ActorStatus found = alone.actor().status();
    assertThat(found.formerSlots()).isEqualTo(1);
    assertThat(found.living()).isEmpty();
    count(alone, 5);
    ActorStatus later = alone.actor().status();
    assertThat(later.formerSlots()).isEqualTo(1);
    assertThat(later.living()).isPresent();
    assertThat(later.actor()).isEqualTo(found.actor());
  }

  @Test
  void peers_areReachable_untilTheyAreCutOff() {
    List<Machine> all = world.cluster(3);
    world.run(2_000);
    ActorStatus status = all.get(0).actor().status();
    assertThat(status.isListed()).isTrue();
    assertThat(status.peers())
        .extracting(PeerStatus::address)
        .containsExactly(all.get(1).address, all.get(2).address);
    assertThat(status.peers())
        .allSatisfy(
            peer -> {
              assertThat(peer.isReachable()).isTrue();
              assertThat(peer.isAgreed()).isTrue();
              assertThat(peer.actor()).isPresent();
              assertThat(peer.heardAgeMs()).isPresent();
              assertThat(peer.newsAgeMs()).isPresent();
            });

    world.isolate(all.get(2));
    world.run(10_000);
    PeerStatus cut = all.get(0).actor().status().peers().get(1);
    assertThat(cut.address()).isEqualTo(all.get(2).address);
    assertThat(cut.isReachable()).isFalse();
    assertThat(cut.failures()).isPositive();
    assertThat(cut.heardAgeMs().orElseThrow()).isGreaterThan(5_000);
    assertThat(cut.newsAgeMs().orElseThrow()).isGreaterThan(5_000);
  }

  private static PeerStatus firstPeer(Machine of) {
    return of.actor().status().peers().getFirst();
  }

  private static boolean isExchange(Message message) {
    return message.request() instanceof Request.Push || message.request() instanceof Request.Pull;
  }

  /** It answers reads all the time, and its counts do not come. */
  @Test
  void newsAge_isHowLongAgoAllOfItWasKnown_andNotWhenItAnswered() {
    List<Machine> all = world.cluster(2);
    count(all.get(1), 1);
    world.run(3_000);
    assertThat(firstPeer(all.get(0)).newsAgeMs().orElseThrow()).isLessThan(2_000);
    world.route = (_, _, message) -> isExchange(message) ? 3_600_000 : 0;
    count(all.get(1), 2);
    for (int second = 0; second < 10; second++) {
      world.run(1_000);
      assertThat(world.read(all.get(0), Y, 5_000)).contains(exactly(0));
    }
    PeerStatus silent = firstPeer(all.get(0));
    assertThat(silent.heardAgeMs().orElseThrow()).isLessThan(1_000);
    assertThat(silent.newsAgeMs().orElseThrow()).isGreaterThan(9_000);
    world.route = (_, _, _) -> 0;
    world.run(5_000);
    assertThat(firstPeer(all.get(0)).newsAgeMs().orElseThrow()).isLessThan(2_000);
  }

  /** It says how much it knows, and that is more than fits into a push. */
  @Test
  void newsAge_growsUntilAllIsBroughtThatTheOtherOneSaysItKnows() {
    world.sizes = new Sizes(1, 1, 1);
    List<Machine> all = world.cluster(2);
    world.run(2_000);
    world.route =
        (_, _, message) ->
            message.request() instanceof Request.Pull
                    || (message.request() instanceof Request.Push push && !push.ranges().isEmpty())
                ? 3_600_000
                : 0;
    count(all.get(1), 1);
    assertThat(world.count(all.get(1), Y, 1)).contains(new AddOutcome.Counted());
    world.run(20_000);
    assertThat(firstPeer(all.get(0)).newsAgeMs().orElseThrow()).isGreaterThan(19_000);
    assertThat(firstPeer(all.get(0)).heardAgeMs().orElseThrow()).isLessThan(2_000);
    world.route = (_, _, _) -> 0;
    world.run(5_000);
    assertThat(all.get(0).actor().value(Y)).isEqualTo(BigInteger.ONE);
    assertThat(firstPeer(all.get(0)).newsAgeMs().orElseThrow()).isLessThan(2_000);
  }

  /** It counts all the time, so the two never know the same. */
  @Test
  void newsAge_ofAnActorThatCountsAllTheTime_isShort() {
    List<Machine> all = world.cluster(2);
    keepCounting(all.get(1));
    for (int i = 0; i < 20; i++) {
      world.run(500);
      assertThat(firstPeer(all.get(0)).newsAgeMs().orElseThrow()).isLessThan(2_500);
    }
  }

  private void keepCounting(Machine machine) {
    machine.process.run(
        () -> machine.actor().add(Map.of(X, BigInteger.ONE), Optional.empty(), _ -> {}));
    world.laterMs(3, () -> keepCounting(machine));
  }

  /** The former actor's counts are known, and of the new one nothing is known for sure. */
  @Test
  void newsAge_beginsAnewWithANewActor() {
    List<Machine> all = world.cluster(2);
    world.run(2_000);
    all.get(1).crash(Left.EVERYTHING);
    all.get(1).loseDisk();
    all.get(1).start();
    world.route = (_, _, message) -> isExchange(message) ? 3_600_000 : 0;
    world.run(500);
    assertThat(read(all.get(0))).isInstanceOf(ReadOutcome.Exact.class);
    assertThat(firstPeer(all.get(0)).actor()).contains(all.get(1).actor().id());
    assertThat(firstPeer(all.get(0)).newsAgeMs()).isEmpty();
  }

  @Test
  void newsAge_ofAllOthers_staysShort_whereNothingHappens() {
    List<Machine> all = world.cluster(10);
    world.run(15_000);
    for (int i = 0; i < 20; i++) {
      world.run(1_000);
      assertThat(all.get(0).actor().status().peers())
          .allSatisfy(peer -> assertThat(peer.newsAgeMs().orElseThrow()).isLessThan(13_000));
    }
  }

  @Test
  void unconfirmed_isWhereADirectoryWasLost() {
    List<Machine> all = world.cluster(2);
    count(all.get(1), 4);
    assertThat(all.get(0).actor().status().unconfirmed()).isEmpty();
    all.get(1).crash(Left.EVERYTHING);
    all.get(1).loseDisk();
    all.get(1).start();
    world.run(3_000);
    assertThat(all.get(0).actor().status().unconfirmed()).containsExactly(all.get(1).address);
  }

  /** Nobody has answered there since the start: that is no reason to doubt the actor. */
  @Test
  void unconfirmed_isNotWhoIsOnlyDown() {
    List<Machine> all = world.cluster(2);
    count(all.get(1), 4);
    all.forEach(machine -> machine.crash(Left.NOTHING));
    all.get(0).start();
    world.run(3_000);
    assertThat(all.get(0).actor().status().unconfirmed()).isEmpty();
  }

  @Test
  void droppedActor_doesNotCount() {
    List<Machine> all = world.cluster(3);
    var two = new TreeSet<>(List.of(all.get(0).address, all.get(1).address));
    world.configure(all.get(0), two, List.of());
    world.run(3_000);
    ActorStatus dropped = all.get(2).actor().status();
    assertThat(dropped.isCounting()).isFalse();
    assertThat(dropped.isListed()).isFalse();
  }
}
