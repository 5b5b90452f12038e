package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Phases;
import dev.holdfast.watcher.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * An agent on clocks that the test moves, with a prober that the test answers for. It keeps all
 * that the agent says.
 */
final class SimulatedAgent implements Prober, ResultSink, AgentListener {
  static final Measured UP = measured(Outcome.UP, Reason.NONE);
  static final Measured DOWN = measured(Outcome.DOWN, Reason.CONNECT_REFUSED);

  /** A check that the agent has started. */
  record Started(Endpoint endpoint, CheckTime time, long wallMs, Consumer<Measured> done) {}

  final SimulatedTime time = new SimulatedTime(1_800_000_000_000L);
  final List<Started> running = new ArrayList<>();
  final List<CheckResult> results = new ArrayList<>();
  final List<Gap> gaps = new ArrayList<>();
  final List<String> told = new ArrayList<>();
  final Agent agent;
  long lagMicros;
  boolean isTakerFailing;
  Disturbances.Totals totals = Disturbances.Totals.NONE;

  SimulatedAgent(AgentConfig config, Endpoint... canaries) {
    agent =
        new Agent(
            config, time, this, this, (_, _) -> lagMicros, () -> totals, this, List.of(canaries));
  }

  static Measured measured(Outcome outcome, Reason reason) {
    return new Measured(outcome, reason, "", CheckResult.Answer.NONE, Set.of());
  }

  /** Returns the findings at a site whose answer had these phases. */
  static Measured up(Phases phases) {
    CheckResult.Answer none = CheckResult.Answer.NONE;
    return new Measured(
        Outcome.UP,
        Reason.NONE,
        "",
        new CheckResult.Answer(
            none.status(),
            phases,
            none.address(),
            none.protocol(),
            none.bodyBytes(),
            none.certificateEnds(),
            none.hops()),
        Set.of());
  }

  /** Lets time pass as it should: the agent's steps come when it asks for them. */
  void passMs(long ms) {
    long end = time.nanos() + ms * 1_000_000;
    while (true) {
      long wait = agent.step();
      if (time.nanos() + wait > end) {
        time.passNanos(end - time.nanos());
        agent.step();
        return;
      }
      time.passNanos(Math.max(wait, 1_000));
    }
  }

  /** Lets time pass up to the moment at which the next check starts, and returns that check. */
  Started untilNextStart() {
    int before = running.size();
    for (int steps = 0; running.size() == before; steps++) {
      if (steps > 100_000) {
        throw new AssertionError("no check starts");
      }
      time.passNanos(Math.max(agent.step(), 1_000));
      agent.step();
    }
    return running.getLast();
  }

  /** Ends a check. */
  void end(Started started, Measured measured) {
    running.remove(started);
    started.done().accept(measured);
  }

  List<CheckResult> resultsOf(String id) {
    return results.stream().filter(r -> r.endpoint().equals(new EndpointId(id))).toList();
  }

  CheckResult last() {
    return results.getLast();
  }

  Optional<Started> running(String id) {
    return running.stream().filter(r -> r.endpoint().id().equals(new EndpointId(id))).findFirst();
  }

  @Override
  public void check(Endpoint endpoint, CheckTime checkTime, Consumer<Measured> done) {
    running.add(new Started(endpoint, checkTime, time.wallMs(), done));
  }

  @Override
  public void accept(CheckResult result) {
    if (isTakerFailing) {
      throw new IllegalStateException("planted");
    }
    results.add(result);
  }

  @Override
  public void accept(Gap gap) {
    gaps.add(gap);
  }

  @Override
  public void stalled(long ms, Set<Cause> causes) {
    told.add("stalled " + ms + AgentLog.words(causes));
  }

  @Override
  public void clockSet(long byMs) {
    told.add("clock " + byMs);
  }

  @Override
  public void disturbed(long micros, Set<Cause> causes) {
    told.add("disturbed " + micros + AgentLog.words(causes));
  }

  @Override
  public void givenUp(EndpointId endpoint) {
    told.add("given up " + endpoint);
  }

  @Override
  public void failed(EndpointId endpoint, RuntimeException failure) {
    told.add("failed " + endpoint);
  }

  @Override
  public void lost(String what, RuntimeException failure) {
    told.add("lost " + what);
  }
}
