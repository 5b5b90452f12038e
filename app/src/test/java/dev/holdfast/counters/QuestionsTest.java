package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.SimulatedWorld.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** How much an actor asks those who do not answer. */
class QuestionsTest extends Schedule {
  private static final int SILENT = 250;

  /** Returns the list of all machines, and of many addresses where nobody is. */
  private NavigableSet<Address> withSilent(int number) {
    var list = new TreeSet<>(world.addresses());
    for (int i = 0; i < SILENT; i++) {
      list.add(new Address("actor-" + number + "-" + i + ".example", 7777));
    }
    return list;
  }

  @Test
  void silentActor_isAskedABoundedNumberOfQuestions() {
    List<Machine> all = world.cluster(2);
    all.get(1).process.isPaused = true;
    assertThat(world.read(all.get(0), X, 2_000)).isPresent(); // now it is known to be silent
    var outcomes = new ArrayList<ReadOutcome>();
    for (int i = 0; i < 2_000; i++) {
      CounterName name = SimulatedLife.name("n" + i);
      all.get(0).process.run(() -> all.get(0).actor().read(name, 5_000, outcomes::add));
      post(all.get(0)); // reads share their questions, and posts do not
    }
    for (int i = 0; i < 100; i++) {
      world.run(20);
      assertThat(all.get(0).process.unanswered.get(all.get(1).address))
          .isLessThanOrEqualTo(InFlight.SILENT_ADDRESS_MAX);
    }
    all.get(1).process.resume();
    assertThat(world.runUntil(5_000, () -> outcomes.size() == 2_000)).isTrue();
    assertThat(outcomes).hasOnlyElementsOfType(ReadOutcome.Exact.class);
  }

  @Test
  void post_ofAListOfWhichNobodyAnswers_endsInTime() {
    Machine first = world.cluster(1).getFirst();
    long begun = world.nowMs();
    ConfigureOutcome outcome = world.configure(first, withSilent(0), List.of());
    assertThat(((ConfigureOutcome.Configured) outcome).notReached()).hasSize(SILENT);
    assertThat(world.nowMs() - begun).isLessThan(2 * Configuring.ASK_MS + 100);
    begun = world.nowMs();
    outcome = world.configure(first, world.addresses(), List.of());
    assertThat(((ConfigureOutcome.Configured) outcome).unconfirmed()).hasSize(SILENT);
    assertThat(world.nowMs() - begun)
        .isLessThan(Configuring.ASK_MS + Configuring.ASK_MS + Configuring.DROPPED_WAIT_MS + 100);
  }

  /** Several lists are posted at once, each with many addresses of its own. */
  @Test
  void silentActors_areAskedABoundedNumberOfQuestions_inAll() {
    List<Machine> all = world.cluster(2);
    Machine first = all.get(0);
    var outcomes = new ArrayList<ConfigureOutcome>();
    for (int post = 0; post < 5; post++) {
      NavigableSet<Address> list = withSilent(post);
      first.process.run(() -> first.actor().configure(list, List.of(), outcomes::add));
    }
    int most = 0;
    for (int i = 0; i < 3_000 && outcomes.size() < 5; i++) {
      world.run(20);
      int silent = 0;
      for (Map.Entry<Address, Integer> to : first.process.unanswered.entrySet()) {
        silent += to.getKey().equals(all.get(1).address) ? 0 : to.getValue();
      }
      most = Math.max(most, silent);
    }
    assertThat(outcomes).hasSize(5).hasOnlyElementsOfType(ConfigureOutcome.Configured.class);
    assertThat(most).isGreaterThan(SILENT).isLessThanOrEqualTo(InFlight.ALL_SILENT_MAX);
    assertThat(all.get(1).actor().configuration()).isEqualTo(first.actor().configuration());
    world.configure(first, world.addresses(), List.of());
    count(all.get(1), 2);
    world.run(1_000);
    assertThat(((ReadOutcome.Exact) read(first)).value()).isEqualTo(2);
  }

  /** It learns the configuration all the same when it answers. */
  @Test
  void silentActor_isSentTheConfigurationOnceASecond() {
    Machine first = world.cluster(1).getFirst();
    Machine second = world.add();
    NavigableSet<Address> list = withSilent(0);
    world.configure(first, list, List.of());
    world.run(5_000);
    long before = sentBytes(first);
    for (int i = 0; i < 64; i++) {
      CounterName name = SimulatedLife.name("n" + i);
      first.process.run(() -> first.actor().read(name, 5_000, _ -> {}));
    }
    for (int i = 0; i < 10; i++) {
      first.process.run(() -> first.actor().configure(list, List.of(), _ -> {}));
    }
    world.run(900);
    long configurations = list.size() * (long) first.actor().configuration().bytes();
    assertThat(sentBytes(first) - before)
        .isLessThan(2 * configurations + InFlight.ALL_SILENT_MAX * 300L);
    second.start();
    world.configure(first, list, List.of());
    assertThat(world.runUntil(60_000, () -> second.actor().configuration().actors().equals(list)))
        .isTrue();
  }

  private static long sentBytes(Machine from) {
    return from.process.sentBytes.values().stream().mapToLong(Long::longValue).sum();
  }
}
