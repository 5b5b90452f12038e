package dev.holdfast.watcher.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import dev.holdfast.watcher.agent.SimulatedAgent.Started;
import org.junit.jupiter.api.Test;

/** The end of an agent, and the end of an endpoint. */
class AgentStopTest {
  private final SimulatedAgent world = new SimulatedAgent(AgentConfig.DEFAULT);

  @Test
  void stop_checkThatRuns_hasItsRow() {
    world.agent.put(Endpoints.of("a", 5_000));
    Started started = world.untilNextStart();

    world.agent.stop();
    world.end(started, SimulatedAgent.DOWN);
    world.agent.step();

    assertThat(world.resultsOf("a")).hasSize(1);
    assertThat(world.last())
        .returns(started.time().dueMs(), CheckResult::dueMs)
        .returns(Outcome.AGENT, CheckResult::outcome)
        .returns(Reason.AGENT_FAILURE, CheckResult::reason)
        .returns("the agent stops", CheckResult::detail);
    assertThat(world.agent.counts().inFlight()).isZero();
  }

  @Test
  void stop_checkThatHasEnded_hasItsOwnResult() {
    world.agent.put(Endpoints.of("a", 5_000));
    Started started = world.untilNextStart();
    world.end(started, SimulatedAgent.DOWN);

    world.agent.stop();

    assertThat(world.resultsOf("a")).extracting(CheckResult::outcome).containsExactly(Outcome.DOWN);
  }

  @Test
  void stop_slotThatWaitsForAPlace_isMissed() {
    var narrow =
        new SimulatedAgent(
            new AgentConfig(1, 1_000, 1_000, 250, 15_000, 100, 1_500, 2, 9, 5_000, 0, 0));
    for (int i = 0; i < 500; i++) {
      narrow.agent.put(Endpoints.of("e" + i, 5_000));
    }
    narrow.untilNextStart();
    narrow.passMs(500);

    narrow.agent.stop();

    assertThat(narrow.running).hasSize(1);
    assertThat(narrow.results).filteredOn(r -> r.outcome() == Outcome.AGENT).hasSize(1);
    assertThat(narrow.results)
        .filteredOn(r -> r.outcome() == Outcome.MISSED)
        .isNotEmpty()
        .allMatch(r -> r.reason() == Reason.SATURATED);
  }

  @Test
  void retire_checkThatRuns_hasItsResult_andNoneFollows() {
    world.agent.put(Endpoints.of("a", 5_000));
    Started started = world.untilNextStart();
    world.agent.retire(new EndpointId("a"));
    world.agent.step();
    world.end(started, SimulatedAgent.DOWN);
    world.passMs(20_000);

    assertThat(world.resultsOf("a")).extracting(CheckResult::outcome).containsExactly(Outcome.DOWN);
    assertThat(world.running).isEmpty();
    assertThat(world.agent.counts().endpoints()).isZero();
  }

  @Test
  void remove_afterRetire_discardsTheCheckThatRuns() {
    world.agent.put(Endpoints.of("a", 5_000));
    Started started = world.untilNextStart();
    world.agent.retire(new EndpointId("a"));
    world.agent.remove(new EndpointId("a"));
    world.agent.step();
    world.end(started, SimulatedAgent.DOWN);
    world.agent.step();

    assertThat(world.results).isEmpty();
  }

  @Test
  void takerThatFails_losesOneResult_andIsCounted() {
    world.agent.put(Endpoints.of("a", 5_000));
    world.isTakerFailing = true;
    world.end(world.untilNextStart(), SimulatedAgent.UP);
    world.agent.step();
    world.isTakerFailing = false;
    world.end(world.untilNextStart(), SimulatedAgent.UP);
    world.agent.step();

    assertThat(world.told).containsExactly("lost a result of a");
    assertThat(world.agent.counts().failures()).isEqualTo(1);
    assertThat(world.resultsOf("a")).hasSize(1);
  }
}
