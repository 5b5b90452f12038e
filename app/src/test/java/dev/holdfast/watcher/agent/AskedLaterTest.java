package dev.holdfast.watcher.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.watcher.CheckRequest;
import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Flag;
import dev.holdfast.watcher.Kind;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import dev.holdfast.watcher.agent.SimulatedAgent.Started;
import java.net.URI;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Edge case 21: a site that asks to be left alone is not asked sooner. */
class AskedLaterTest {
  private static final int REST_MS = 600_000;

  private final SimulatedAgent world = new SimulatedAgent(AgentConfig.DEFAULT);

  private static Measured later(int ms) {
    return new Measured(
        Outcome.DEGRADED,
        Reason.RETRY_LATER,
        "status 429",
        CheckResult.Answer.NONE,
        Set.of(),
        OptionalLong.of(ms),
        0);
  }

  private Started askedLater() {
    world.agent.put(Endpoints.of("a", 5_000));
    Started started = world.untilNextStart();
    world.end(started, later(REST_MS));
    world.agent.step();
    return started;
  }

  @Test
  void slots_untilThen_areMissed() {
    Started started = askedLater();
    Started next = world.untilNextStart();

    assertThat(next.wallMs()).isEqualTo(started.wallMs() + REST_MS);
    assertThat(next.time().kind()).isEqualTo(Kind.SLOT);
    assertThat(world.resultsOf("a"))
        .filteredOn(result -> result.outcome() == Outcome.MISSED)
        .hasSize(REST_MS / 5_000 - 1)
        .allMatch(result -> result.reason() == Reason.ASKED_LATER);
    assertThat(world.agent.counts().missed(Reason.ASKED_LATER)).isEqualTo(REST_MS / 5_000 - 1);
  }

  /** The site has answered, whatever the agent's share in the time was. */
  @Test
  void slots_untilThen_areMissed_thoughTheResultIsTainted() {
    world.lagMicros = 500_000;
    Started started = askedLater();

    assertThat(world.last().flags()).containsExactly(Flag.TAINTED);
    assertThat(world.untilNextStart().wallMs()).isEqualTo(started.wallMs() + REST_MS);
  }

  @Test
  void changeOfTheRequest_endsTheRest_andAnotherChangeDoesNot() {
    askedLater();
    world.agent.put(Endpoints.of("a", 10_000));
    world.passMs(60_000);
    assertThat(world.running).isEmpty();

    Endpoint before = Endpoints.of("a", 10_000);
    world.agent.put(
        new Endpoint(
            before.id(),
            before.group(),
            before.timing(),
            CheckRequest.get(URI.create("http://site.example/another")),
            before.expectation(),
            before.reach(),
            before.locations()));
    world.passMs(10_000);
    assertThat(world.running).hasSize(1);
  }

  @Test
  void removal_endsTheRest() {
    askedLater();
    world.agent.remove(new EndpointId("a"));
    world.agent.put(Endpoints.of("a", 5_000));
    world.passMs(5_000);

    assertThat(world.running).hasSize(1);
  }
}
