package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.EndpointId;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes an agent's troubles to the log, one line each. */
public final class AgentLog implements AgentListener {
  private static final Logger log = LoggerFactory.getLogger(AgentLog.class);

  @Override
  public void stalled(long ms, Set<Cause> causes) {
    log.warn("the agent did not run for {} ms{}; it blames no site for that", ms, words(causes));
  }

  @Override
  public void clockSet(long byMs) {
    log.warn("the clock was set by {} ms; slots that it has skipped count as missed", byMs);
  }

  @Override
  public void disturbed(long lagMicros, Set<Cause> causes) {
    log.warn(
        "the agent was {} ms behind{}; results of that time count for nothing",
        lagMicros / 1_000,
        words(causes));
  }

  @Override
  public void givenUp(EndpointId endpoint) {
    log.error("a check of {} did not end; the agent has given it up", endpoint);
  }

  @Override
  public void failed(EndpointId endpoint, RuntimeException failure) {
    log.error("a check of {} could not be started", endpoint, failure);
  }

  @Override
  public void lost(String what, RuntimeException failure) {
    log.error("{} could not be handed over, and is lost", what, failure);
  }

  static String words(Set<Cause> causes) {
    return causes.isEmpty()
        ? ""
        : causes.stream().map(Cause::words).sorted().collect(Collectors.joining(", ", " (", ")"));
  }
}
