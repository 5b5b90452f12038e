package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.EndpointId;
import java.util.Set;

/** Hears of an agent's own troubles. Its methods run on the agent's loop, and return at once. */
public interface AgentListener {
  /** The agent did not run for a while, in ms. */
  void stalled(long ms, Set<Cause> causes);

  /** The wall clock was set, by so many ms; below 0 if it was set back. */
  void clockSet(long byMs);

  /** Results are disturbed, for the first time in a while. */
  void disturbed(long lagMicros, Set<Cause> causes);

  /** A check did not end, and the agent has given it up. */
  void givenUp(EndpointId endpoint);

  /** A check could not be started. */
  void failed(EndpointId endpoint, RuntimeException failure);

  /** A result or a silence was not taken, by a bug of its taker. */
  void lost(String what, RuntimeException failure);
}
