package dev.holdfast.origin;

import dev.holdfast.metrics.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import java.util.function.LongSupplier;

/**
 * The meters of requests to the origin.
 *
 * <p>Threading: may be used from any number of threads.
 */
record OriginMeters(Meters meters) {
  /** Answers of the origin, by method and by what the answer means. */
  Counter originOutcome(String method, String outcome) {
    return meters.counter(
        "holdfast.origin.requests",
        "Requests to the file server: found, absent, confirmed, or the kind of failure.",
        "method",
        method,
        "outcome",
        outcome);
  }

  /** How the origin was when it was last asked: 1 for the state that it is in, else 0. */
  void originState(String state, LongSupplier value) {
    Gauge.builder("holdfast.origin.state", value::getAsLong)
        .description(
            "How the file server was when it was last asked: 1 for one of unknown, "
                + "up, busy, failing and down, 0 for the others.")
        .tag("state", state)
        .strongReference(true)
        .register(meters.registry());
  }

  /** Requests to the origin in progress, those included that nobody waits for any more. */
  void originInProgress(LongSupplier value) {
    meters.gauge(
        "holdfast.origin.in.progress",
        "Requests in progress at the file server, those included that nobody "
            + "waits for any more.",
        value);
  }

  /** Requests that wait for one of the origin's connections. */
  void originWaiting(LongSupplier value) {
    meters.gauge(
        "holdfast.origin.waiting",
        "Requests that wait for a connection to the file server.",
        value);
  }
}
