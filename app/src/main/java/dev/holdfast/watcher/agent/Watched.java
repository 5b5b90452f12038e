package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Kind;
import dev.holdfast.watcher.Outcome;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The state of an endpoint in the agent. It outlives the endpoint's removal as long as a check
 * runs, so that no other check of the same id overlaps it.
 *
 * <p>Threading: for the agent's loop.
 */
final class Watched {
  /**
   * A check to come.
   *
   * @param watched its endpoint
   * @param dueMs in ms since the epoch
   * @param kind why it is made
   * @param serial orders checks that are due at the same moment
   */
  record Task(Watched watched, long dueMs, Kind kind, long serial) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      int byDue = Long.compare(dueMs, other.dueMs);
      return byDue != 0 ? byDue : Long.compare(serial, other.serial);
    }

    @Override
    public String toString() {
      return watched.id + " at " + dueMs + " " + kind;
    }
  }

  final EndpointId id;
  final boolean isCanary;

  /** Empty once the endpoint is removed. */
  Optional<Endpoint> endpoint;

  /** The check that runs. */
  Optional<Flight> flight = Optional.empty();

  /** The next slot. */
  Optional<Task> slot = Optional.empty();

  /** The check again that waits. */
  Optional<Task> again = Optional.empty();

  /** How many checks again in a row had their cause in the agent. */
  int againInRow;

  /** The outcome of the last result that counts. */
  Optional<Outcome> lastCounted = Optional.empty();

  /** Until when the site wants to be left alone, by the monotonic clock; empty if it does not. */
  OptionalLong restUntilNanos = OptionalLong.empty();

  /** How many checks of the warm-up a canary has had. */
  int warmedUp;

  Watched(Endpoint endpoint, boolean isCanary) {
    this.id = endpoint.id();
    this.isCanary = isCanary;
    this.endpoint = Optional.of(endpoint);
  }

  /** Notes that the site wants to be left alone for so many ms from a moment on. */
  void restFor(long ms, long fromNanos) {
    restUntilNanos = OptionalLong.of(fromNanos + TimeUnit.MILLISECONDS.toNanos(ms));
  }

  /** Returns true if the site wants to be left alone at a moment of the monotonic clock. */
  boolean isResting(long nowNanos) {
    return restUntilNanos.isPresent() && restUntilNanos.getAsLong() - nowNanos > 0;
  }
}
