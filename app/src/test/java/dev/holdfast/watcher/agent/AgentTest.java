package dev.holdfast.watcher.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Flag;
import dev.holdfast.watcher.Kind;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Phase;
import dev.holdfast.watcher.Phases;
import dev.holdfast.watcher.Reason;
import dev.holdfast.watcher.agent.SimulatedAgent.Started;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AgentTest {
  private static final int HOUR_MS = 3_600_000;
  private static final AgentConfig CONFIG = AgentConfig.DEFAULT;

  private final SimulatedAgent world = new SimulatedAgent(CONFIG);

  @Test
  void slot_startsWhenItIsDue_andItsResultSaysHowLateItWas() {
    world.agent.put(Endpoints.of("a", 5_000));

    Started started = world.untilNextStart();
    world.time.passMs(30);
    world.end(started, SimulatedAgent.UP);
    world.agent.step();

    assertThat(started.endpoint().schedule().isDue(started.time().dueMs())).isTrue();
    assertThat(started.wallMs()).isEqualTo(started.time().dueMs());
    CheckResult result = world.last();
    assertThat(result.dueMs()).isEqualTo(started.time().dueMs());
    assertThat(result.kind()).isEqualTo(Kind.SLOT);
    assertThat(result.outcome()).isEqualTo(Outcome.UP);
    assertThat(result.delay().lateMicros()).isLessThan(1_000);
  }

  /** Edge case 1. */
  @Test
  void agentThatWasFrozen_blamesNoSite() {
    world.agent.put(Endpoints.of("slow", 60_000));
    world.agent.put(Endpoints.of("a", 5_000));
    Started slow = untilStarted(world, "slow");
    long frozenMs = world.time.wallMs();

    world.time.passMs(6_000);
    world.end(slow, SimulatedAgent.DOWN);
    world.agent.step();

    assertThat(world.told).contains("stalled 6000");
    assertThat(world.resultsOf("slow").getLast())
        .returns(Outcome.AGENT, CheckResult::outcome)
        .returns(Reason.STALLED, CheckResult::reason);
    assertThat(world.resultsOf("a"))
        .filteredOn(result -> result.dueMs() > frozenMs)
        .isNotEmpty()
        .allMatch(result -> result.outcome() == Outcome.MISSED)
        .allMatch(result -> result.reason() == Reason.STALLED);
    assertThat(world.running("a")).isEmpty();
  }

  /** Edge case 1. */
  @Test
  void checkThatWasInFlightInAStall_isMadeAgain_untilItWentWell() {
    world.agent.put(Endpoints.of("slow", 60_000));
    Started slow = untilStarted(world, "slow");
    world.time.passMs(3_000);
    world.end(slow, SimulatedAgent.DOWN);
    world.agent.step();

    Started again = world.untilNextStart();
    world.end(again, SimulatedAgent.UP);
    world.agent.step();

    assertThat(again.time().kind()).isEqualTo(Kind.AGAIN_TAINTED);
    assertThat(world.last().outcome()).isEqualTo(Outcome.UP);
    assertThat(world.untilNextStart().time().kind()).isEqualTo(Kind.SLOT);
  }

  @Test
  void silence_thatIsLong_isOneGap() {
    for (int i = 0; i < 10; i++) {
      world.agent.put(Endpoints.of("e" + i, 5_000));
    }
    world.agent.step();
    long fromMs = world.time.wallMs();

    world.time.passMs(HOUR_MS);
    world.agent.step();

    assertThat(world.gaps)
        .containsExactly(new Gap(fromMs, fromMs + HOUR_MS, 10 * HOUR_MS / 5_000, Reason.STALLED));
    assertThat(world.results).isEmpty();
    assertThat(world.agent.counts().missed(Reason.STALLED)).isEqualTo(10L * HOUR_MS / 5_000);
  }

  /** Edge case 2. */
  @Test
  void clockSetForward_isOneLine_andNoBurst() {
    for (int i = 0; i < 50; i++) {
      world.agent.put(Endpoints.of("e" + i, 5_000));
    }
    world.agent.step();
    long fromMs = world.time.wallMs();

    world.time.setBy(HOUR_MS);
    world.agent.step();

    assertThat(world.told).containsExactly("clock " + HOUR_MS);
    assertThat(world.running).isEmpty();
    assertThat(world.gaps)
        .containsExactly(new Gap(fromMs, fromMs + HOUR_MS, 50 * HOUR_MS / 5_000, Reason.CLOCK));
    world.passMs(5_000);
    assertThat(world.running).hasSize(50);
    assertThat(world.told).hasSize(1);
  }

  /** A machine that was suspended: its monotonic clock may have stood still. */
  @Test
  void checkThatRunsWhileTheClockIsSetForward_blamesNoSite() {
    world.agent.put(Endpoints.of("a", 60_000));
    Started started = world.untilNextStart();

    world.time.setBy(5_000);
    world.end(started, SimulatedAgent.DOWN);
    world.agent.step();

    assertThat(world.last())
        .returns(Outcome.AGENT, CheckResult::outcome)
        .returns(Reason.CLOCK, CheckResult::reason);
    assertThat(world.untilNextStart().time().kind()).isEqualTo(Kind.AGAIN_TAINTED);
  }

  /** Edge case 2. */
  @Test
  void clockSetBack_isOneLine_andTheSitesAreWatchedOn_asRepeated() {
    world.agent.put(Endpoints.of("a", 5_000));
    Started first = world.untilNextStart();
    world.end(first, SimulatedAgent.UP);
    world.passMs(20);

    world.time.setBy(-HOUR_MS);
    world.agent.step();
    Started repeated = world.untilNextStart();

    assertThat(world.told).containsExactly("clock " + -HOUR_MS);
    assertThat(repeated.time().kind()).isEqualTo(Kind.REPEATED);
    assertThat(repeated.time().dueMs()).isEqualTo(first.time().dueMs() - HOUR_MS + 5_000);
  }

  /** Edge case 2. */
  @Test
  void slotAfterARepeatedTime_isASlotAgain() {
    world.agent.put(Endpoints.of("a", 5_000));
    Started first = world.untilNextStart();
    world.end(first, SimulatedAgent.UP);
    world.time.setBy(-10_000);
    world.agent.step();

    Kind kind = Kind.REPEATED;
    long dueMs = 0;
    while (kind == Kind.REPEATED) {
      Started next = world.untilNextStart();
      world.end(next, SimulatedAgent.UP);
      kind = next.time().kind();
      dueMs = next.time().dueMs();
    }
    assertThat(kind).isEqualTo(Kind.SLOT);
    assertThat(dueMs).isEqualTo(first.time().dueMs() + 5_000);
  }

  /** Edge case 4. */
  @Test
  void endpointThatIsSlowerThanItsInterval_missesSlotsByOverlap() {
    world.agent.put(Endpoints.of("a", 5_000, 12_000));
    Started started = world.untilNextStart();

    world.passMs(11_000);

    assertThat(world.resultsOf("a")).hasSize(2);
    assertThat(world.resultsOf("a"))
        .allMatch(result -> result.outcome() == Outcome.MISSED)
        .allMatch(result -> result.reason() == Reason.OVERLAP);
    assertThat(world.agent.counts().missed(Reason.OVERLAP)).isEqualTo(2);
    world.end(started, SimulatedAgent.UP);
    world.agent.step();
    assertThat(world.last().outcome()).isEqualTo(Outcome.UP);
  }

  @Test
  void slot_thatFindsNoPlace_waitsAndIsMissedAsSaturated() {
    var full = new SimulatedAgent(withInFlight(1));
    full.agent.put(Endpoints.of("a", 300_000, 60_000));
    full.untilNextStart();
    full.agent.put(Endpoints.of("b", 5_000));

    full.passMs(6_100);

    assertThat(full.resultsOf("b"))
        .singleElement()
        .returns(Outcome.MISSED, CheckResult::outcome)
        .returns(Reason.SATURATED, CheckResult::reason);
  }

  @Test
  void slot_thatWaitsForAPlace_startsAsSoonAsThereIsOne() {
    var full = new SimulatedAgent(withInFlight(1));
    full.agent.put(Endpoints.of("a", 300_000, 60_000));
    Started a = full.untilNextStart();
    full.agent.put(Endpoints.of("b", 5_000));
    while (full.agent.counts().missed(Reason.SATURATED) == 0) {
      full.time.passMs(1);
      full.agent.step();
    }
    full.passMs(4_200); // the next slot of b waits

    full.end(a, SimulatedAgent.UP);
    full.agent.step();

    assertThat(full.running("b")).isPresent();
    assertThat(full.running("b").get().wallMs() - full.running("b").get().time().dueMs())
        .isBetween(0L, 1_000L);
  }

  @Test
  void resultThatTheAgentDisturbed_isTainted_andTheEndpointIsCheckedAgain() {
    world.agent.put(Endpoints.of("a", 60_000));
    Started started = world.untilNextStart();
    world.lagMicros = 150_000;
    world.totals = new Disturbances.Totals(100, 0, 50_000);

    world.end(started, SimulatedAgent.DOWN);
    world.agent.step();

    assertThat(world.last().flags()).contains(Flag.TAINTED);
    assertThat(world.last().counts()).isFalse();
    assertThat(world.last().delay().lagMicros()).isEqualTo(150_000);
    assertThat(world.told)
        .containsExactly("disturbed 150000 (CPU quota used up, garbage collection)");
    assertThat(world.untilNextStart().time().kind()).isEqualTo(Kind.AGAIN_TAINTED);
  }

  @Test
  void checkAgain_isNotRepeatedForEver() {
    world.agent.put(Endpoints.of("a", 300_000));
    world.lagMicros = 150_000;
    for (int i = 0; i < 3; i++) {
      world.end(world.untilNextStart(), SimulatedAgent.UP);
      world.agent.step();
    }

    assertThat(world.results)
        .extracting(CheckResult::kind)
        .containsExactly(Kind.SLOT, Kind.AGAIN_TAINTED, Kind.AGAIN_TAINTED);
    assertThat(world.agent.counts().againsRefused()).isEqualTo(1);
    assertThat(world.untilNextStart().time().kind()).isEqualTo(Kind.SLOT);
  }

  @Test
  void firstFailure_isCheckedAgain_andTheSecondIsNot() {
    world.agent.put(Endpoints.of("a", 60_000));
    world.end(world.untilNextStart(), SimulatedAgent.DOWN);
    world.agent.step();
    Started again = world.untilNextStart();
    world.end(again, SimulatedAgent.DOWN);
    world.agent.step();

    assertThat(again.time().kind()).isEqualTo(Kind.AGAIN_FAILED);
    assertThat(world.untilNextStart().time().kind()).isEqualTo(Kind.SLOT);
  }

  /** Edge case 21. */
  @Test
  void siteThatAsksToComeLater_isNotAskedSooner() {
    world.agent.put(Endpoints.of("a", 60_000));
    world.end(world.untilNextStart(), SimulatedAgent.measured(Outcome.DOWN, Reason.RETRY_LATER));
    world.agent.step();

    assertThat(world.untilNextStart().time().kind()).isEqualTo(Kind.SLOT);
  }

  @Test
  void firstFailure_isNotCheckedAgain_ifTheNextSlotComesAsSoon() {
    world.agent.put(Endpoints.of("a", 5_000, 4_500));
    Started started = world.untilNextStart();
    world.passMs(4_000);
    world.end(started, SimulatedAgent.DOWN);
    world.agent.step();

    assertThat(world.untilNextStart().time())
        .isEqualTo(new CheckTime(started.time().dueMs() + 5_000, Kind.SLOT));
  }

  /** Of those under the numbers: a delete during a check. */
  @Test
  void remove_duringACheck_storesNothing() {
    world.agent.put(Endpoints.of("a", 5_000));
    Started started = world.untilNextStart();

    world.agent.remove(new EndpointId("a"));
    world.agent.step();
    world.end(started, SimulatedAgent.UP);
    world.passMs(20_000);

    assertThat(world.results).isEmpty();
    assertThat(world.running).isEmpty();
    assertThat(world.agent.counts().endpoints()).isZero();
  }

  @Test
  void put_afterRemoveDuringACheck_doesNotOverlapIt() {
    world.agent.put(Endpoints.of("a", 5_000, 20_000));
    Started started = world.untilNextStart();
    world.agent.remove(new EndpointId("a"));
    world.agent.put(Endpoints.of("a", 5_000, 20_000));

    world.passMs(5_500);

    assertThat(world.running).containsExactly(started);
    assertThat(world.last().reason()).isEqualTo(Reason.OVERLAP);
    world.end(started, SimulatedAgent.UP);
    world.agent.step();
    assertThat(world.results).noneMatch(result -> result.outcome() == Outcome.UP);
  }

  @Test
  void put_withAnotherInterval_followsTheNewSlots() {
    world.agent.put(Endpoints.of("a", 300_000));
    world.agent.step();
    world.agent.put(Endpoints.of("a", 7_000));
    long nowMs = world.time.wallMs();

    Started started = world.untilNextStart();

    assertThat(started.endpoint().timing().intervalMs()).isEqualTo(7_000);
    assertThat(started.time().dueMs())
        .isEqualTo(Endpoints.of("a", 7_000).schedule().dueAtOrAfter(nowMs + 1));
  }

  @Test
  void checkThatDoesNotEnd_isGivenUp_andItsPlaceIsFree() {
    world.agent.put(Endpoints.of("a", 60_000, 2_000));
    Started hung = world.untilNextStart();

    world.passMs(2_000 + CONFIG.overdueMs() + 1_100);

    assertThat(world.resultsOf("a").getFirst())
        .returns(Outcome.AGENT, CheckResult::outcome)
        .returns(Reason.AGENT_FAILURE, CheckResult::reason);
    assertThat(world.told).containsExactly("given up a");
    int before = world.results.size();
    world.end(hung, SimulatedAgent.UP);
    world.agent.step();
    assertThat(world.results).hasSize(before);
  }

  @Test
  void canaries_warmUpBeforeTheFirstSlot_andGiveTheNoiseFloor() {
    var warm = new SimulatedAgent(CONFIG, Endpoints.of("canary", 5_000));
    warm.agent.put(Endpoints.of("a", 5_000));
    for (int i = 0; i < CONFIG.warmUpChecks(); i++) {
      assertThat(warm.running).isEmpty();
      warm.agent.step();
      assertThat(warm.running)
          .singleElement()
          .matches(r -> r.endpoint().id().text().equals("canary"));
      warm.end(warm.running.getFirst(), SimulatedAgent.UP);
    }
    warm.agent.step();
    assertThat(warm.agent.canaries(false).micros(0.5)).isEmpty();

    warm.passMs(5_000);
    assertThat(warm.running).hasSize(2);
    warm.end(warm.running("canary").orElseThrow(), SimulatedAgent.UP);
    warm.agent.step();

    assertThat(warm.agent.canaries(false).micros(0.5)).hasValue(0);
    assertThat(warm.results).isEmpty();
  }

  /** The agent's own site answers at once: a time beyond the bound of lags is one. */
  @Test
  void slowCanary_taintsChecksOfItsKind() {
    Endpoint tlsCanary = Endpoints.at("https://canary.example/", "tls-canary");
    var world = new SimulatedAgent(CONFIG, Endpoints.of("canary", 5_000), tlsCanary);
    for (int i = 0; i < CONFIG.warmUpChecks(); i++) {
      world.agent.step();
      List.copyOf(world.running).forEach(started -> world.end(started, SimulatedAgent.UP));
    }
    world.agent.put(Endpoints.of("plain", 5_000));
    world.agent.put(Endpoints.at("https://site.example/", "secured"));
    world.passMs(5_100);
    assertThat(world.running).hasSize(4);
    long slowMicros = TimeUnit.MILLISECONDS.toMicros(CONFIG.lagMaxMs() + 1);
    Phases slow = Phases.NONE.plus(Phase.TLS, slowMicros);

    world.end(world.running("tls-canary").orElseThrow(), SimulatedAgent.up(slow));
    world.end(world.running("secured").orElseThrow(), SimulatedAgent.UP);
    world.end(world.running("plain").orElseThrow(), SimulatedAgent.UP);
    world.agent.step();

    assertThat(world.agent.canaries(true).micros(0.5)).hasValue(slowMicros);
    assertThat(world.agent.canaries(false).micros(0.5)).isEmpty();
    assertThat(world.resultsOf("secured").getFirst().flags()).contains(Flag.TAINTED);
    assertThat(world.resultsOf("secured").getFirst().delay().lagMicros()).isEqualTo(slowMicros);
    assertThat(world.resultsOf("plain").getFirst().flags()).isEmpty();
    assertThat(world.resultsOf("plain").getFirst().delay().lagMicros()).isZero();
  }

  /** A canary that gets no answer has reached the end of no phase. */
  @Test
  void canaryThatFailsLate_taintsChecksThatRanMeanwhile() {
    var world = new SimulatedAgent(CONFIG, Endpoints.of("canary", 5_000));
    for (int i = 0; i < CONFIG.warmUpChecks(); i++) {
      world.agent.step();
      List.copyOf(world.running).forEach(started -> world.end(started, SimulatedAgent.UP));
    }
    world.agent.put(Endpoints.of("a", 5_000));
    world.passMs(5_100);
    Started canary = world.running("canary").orElseThrow();
    Started site = world.running("a").orElseThrow();

    world.passMs(CONFIG.lagMaxMs() + 1);
    world.end(canary, SimulatedAgent.measured(Outcome.DOWN, Reason.CONNECT_TIMEOUT));
    world.end(site, SimulatedAgent.UP);
    world.agent.step();

    assertThat(world.resultsOf("a").getFirst().flags()).contains(Flag.TAINTED);
  }

  /** Nothing was slow: the failure says nothing of the others. */
  @Test
  void canaryThatFailsAtOnce_taintsNothing() {
    var world = new SimulatedAgent(CONFIG, Endpoints.of("canary", 5_000));
    for (int i = 0; i < CONFIG.warmUpChecks(); i++) {
      world.agent.step();
      List.copyOf(world.running).forEach(started -> world.end(started, SimulatedAgent.UP));
    }
    world.agent.put(Endpoints.of("a", 5_000));
    Started site = untilStarted(world, "a");
    Started canary = untilStarted(world, "canary");

    world.end(canary, SimulatedAgent.DOWN);
    world.end(site, SimulatedAgent.UP);
    world.agent.step();

    assertThat(world.resultsOf("a").getFirst().flags()).isEmpty();
  }

  @Test
  void warmUp_thatTakesTooLong_isLeft() {
    var cold = new SimulatedAgent(CONFIG, Endpoints.of("canary", 300_000));
    cold.agent.put(Endpoints.of("a", 5_000));

    cold.passMs(CONFIG.warmUpMaxMs() + 5_100);

    assertThat(cold.running("a")).isPresent();
  }

  @Test
  void idOfACanary_isRefused() {
    var warm = new SimulatedAgent(CONFIG, Endpoints.of("canary", 5_000));

    assertThatThrownBy(() -> warm.agent.put(Endpoints.of("canary", 5_000)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Started untilStarted(SimulatedAgent world, String id) {
    Started started = world.untilNextStart();
    while (!started.endpoint().id().text().equals(id)) {
      world.end(started, SimulatedAgent.UP);
      started = world.untilNextStart();
    }
    return started;
  }

  private static AgentConfig withInFlight(int inFlightMax) {
    return new AgentConfig(
        inFlightMax, 1_000, 1_000, 250, 15_000, 100, 1_500, 2, 2_000, 5_000, 4, 10_000);
  }
}
