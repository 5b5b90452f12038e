package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The checks that run: as many as may, and one of each endpoint.
 *
 * <p>Threading: for the agent's loop.
 */
final class Flights {
  private final AgentConfig config;
  private final Set<Flight> flights = new HashSet<>();

  Flights(AgentConfig config) {
    this.config = config;
  }

  /** Returns how many checks run. */
  int size() {
    return flights.size();
  }

  /** Returns true if no further check may start. */
  boolean isFull() {
    return flights.size() >= config.inFlightMax();
  }

  /** Begins a check of an endpoint of which none runs. */
  Flight begin(Watched watched, CheckTime time, long lateMicros, long nowNanos) {
    var flight =
        new Flight(
            watched,
            watched.endpoint.orElseThrow(),
            time,
            lateMicros,
            nowNanos,
            config.overdueMs());
    watched.flight = Optional.of(flight);
    flights.add(flight);
    return flight;
  }

  /** Ends a check. Returns false if it has ended before. */
  boolean end(Flight flight) {
    if (!flights.remove(flight)) {
      return false;
    }
    flight.watched.flight = Optional.empty();
    flight.watched.warmedUp++;
    return true;
  }

  /** Notes that the agent stood still, for so many ms. */
  void stalled(long ms) {
    flights.forEach(flight -> flight.stalled(ms));
  }

  /** Notes that the wall clock was set far forward. A machine that was suspended looks the same. */
  void clockSet() {
    flights.forEach(flight -> flight.isClockSet = true);
  }

  /** Returns the checks that run. */
  List<Flight> all() {
    return List.copyOf(flights);
  }

  /** Returns the checks that should have ended long ago. */
  List<Flight> overdue(long nowNanos) {
    return flights.stream().filter(flight -> flight.deadlineNanos - nowNanos <= 0).toList();
  }

  /** Returns the finding of a check that the agent could not make. */
  static Measured failure(String detail) {
    return new Measured(
        Outcome.AGENT, Reason.AGENT_FAILURE, detail, CheckResult.Answer.NONE, Set.of());
  }
}
