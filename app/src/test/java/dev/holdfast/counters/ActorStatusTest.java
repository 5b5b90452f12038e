package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.ActorStatus.PeerStatus;
import dev.holdfast.counters.SimulatedWorld.Machine;
import dev.holdfast.disk.SimulatedDisk.Left;
import java.util.List;
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
              assertThat(peer.newsAgeMs()).isPresent();
            });

    world.isolate(all.get(2));
    world.run(10_000);
    PeerStatus cut = all.get(0).actor().status().peers().get(1);
    assertThat(cut.address()).isEqualTo(all.get(2).address);
    assertThat(cut.isReachable()).isFalse();
    assertThat(cut.failures()).isPositive();
    assertThat(cut.newsAgeMs().orElseThrow()).isGreaterThan(5_000);
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
