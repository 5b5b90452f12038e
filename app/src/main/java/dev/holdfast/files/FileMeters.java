package dev.holdfast.files;

import dev.holdfast.metrics.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * The meters of reads, fetches and settling.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class FileMeters {
  private static final String SETTLE_FAILURES = "holdfast.settle.failures";

  private final Meters meters;

  FileMeters(Meters meters) {
    this.meters = meters;
    beginCounting();
  }

  /** So that Prometheus sees the first increase, too. */
  private void beginCounting() {
    fetches();
    fetchesJoined();
    settled();
    redelivered();
  }

  /** When a write is acknowledged: 1 for the mode that is on. */
  void mode(String mode) {
    Gauge.builder("holdfast.mode", () -> 1)
        .description("1 for the mode that is on: behind or through.")
        .tag("mode", mode)
        .strongReference(true)
        .register(meters.registry());
  }

  /** Reads that had to fetch from the origin. */
  Counter fetches() {
    return meters.counter("holdfast.fetches", "Reads that had to ask the file server.");
  }

  /** Reads that joined a fetch that another read had begun. */
  Counter fetchesJoined() {
    return meters.counter(
        "holdfast.fetches.joined",
        "Reads that joined a request to the file server that was under way for another read.");
  }

  /** Fetched bodies that were not published, by reason. */
  Counter fetchesDropped(String reason) {
    return meters.counter(
        "holdfast.fetches.dropped",
        "Fetched bodies that were not published: error_text at their end, "
            + "unexpected content, overtaken by a write, another digest than the name says.",
        "reason",
        reason);
  }

  /** Writes that the origin confirmed. */
  Counter settled() {
    return meters.counter(
        "holdfast.settled",
        "Writes that were confirmed after they were acknowledged, or after their 503.");
  }

  /** Attempts to settle that did not end in a confirmation, by what happened instead. */
  Counter settleFailures(String kind) {
    return meters.counter(
        SETTLE_FAILURES,
        "Attempts to settle a write that failed: not_sent, busy, nonsense and "
            + "no_answer at the file server, local here.",
        "kind",
        kind);
  }

  /** The same so far, without the kinds that never happened. */
  Map<String, Long> settleFailures() {
    var failures = new TreeMap<String, Long>();
    for (Counter counter : meters.registry().find(SETTLE_FAILURES).counters()) {
      if (counter.count() > 0) {
        failures.put(counter.getId().getTag("kind"), (long) counter.count());
      }
    }
    return failures;
  }

  /** Pending writes that the origin has refused several times. */
  void refusedCount(LongSupplier value) {
    meters.gauge(
        "holdfast.pending.refused",
        "Pending writes that have failed at the file server three times or more.",
        value);
  }

  /** Files that the origin has with other bytes than their names say. */
  void damagedCount(LongSupplier value) {
    meters.gauge(
        "holdfast.damaged",
        "Blobs of which the file server was found to have other bytes than their names say.",
        value);
  }

  /** How long the oldest pending write waits, in seconds. */
  void pendingOldestSeconds(DoubleSupplier value) {
    Gauge.builder("holdfast.pending.oldest.seconds", value::getAsDouble)
        .description("How long the oldest pending write waits; 0 if there is none.")
        .strongReference(true)
        .register(meters.registry());
  }

  /** Kept writes that the file server had lost. */
  Counter redelivered() {
    return meters.counter(
        "holdfast.redelivered",
        "Kept writes that the file server had lost, and that are brought to it again.");
  }
}
