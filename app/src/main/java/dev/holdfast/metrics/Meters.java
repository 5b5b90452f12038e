package dev.holdfast.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Every meter of a sidecar under its name. Names follow Micrometer's dotted convention; units are
 * the last word where there is one.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class Meters {
  private static final String SETTLE_FAILURES = "holdfast.settle.failures";

  private final MeterRegistry registry;

  public Meters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Answers of the origin, by method and by what the answer means. */
  public Counter originOutcome(String method, String outcome) {
    return registry.counter("holdfast.origin.requests", "method", method, "outcome", outcome);
  }

  /** Requests to the origin in progress, those included that nobody waits for any more. */
  public void originInProgress(LongSupplier value) {
    gauge("holdfast.origin.in.progress", value);
  }

  /** Requests that wait for one of the origin's connections. */
  public void originWaiting(LongSupplier value) {
    gauge("holdfast.origin.waiting", value);
  }

  /** Reads that had to fetch from the origin. */
  public Counter fetches() {
    return registry.counter("holdfast.fetches");
  }

  /** Reads that joined a fetch that another read had begun. */
  public Counter fetchesJoined() {
    return registry.counter("holdfast.fetches.joined");
  }

  /** Fetched bodies that were not published, by reason. */
  public Counter fetchesDropped(String reason) {
    return registry.counter("holdfast.fetches.dropped", "reason", reason);
  }

  /** Published files that were withdrawn to cold. */
  public Counter evictedToCold() {
    return registry.counter("holdfast.evicted.cold");
  }

  /** Cold files that were removed. */
  public Counter evictedOut() {
    return registry.counter("holdfast.evicted.out");
  }

  /** Cold files that a request brought back. */
  public Counter lifted() {
    return registry.counter("holdfast.lifted");
  }

  /** Writes that the origin confirmed. */
  public Counter settled() {
    return registry.counter("holdfast.settled");
  }

  /** Pending writes that a newer one of the same name replaced before they were sent. */
  public Counter coalesced() {
    return registry.counter("holdfast.coalesced");
  }

  /** Attempts to settle that did not end in a confirmation, by what happened instead. */
  public Counter settleFailures(String kind) {
    return registry.counter(SETTLE_FAILURES, "kind", kind);
  }

  /** Attempts to settle that did not end in a confirmation so far, by what happened instead. */
  public Map<String, Long> settleFailures() {
    var failures = new TreeMap<String, Long>();
    for (Counter counter : registry.find(SETTLE_FAILURES).counters()) {
      failures.put(counter.getId().getTag("kind"), (long) counter.count());
    }
    return failures;
  }

  /** Pending writes that the origin has refused several times. */
  public void refusedCount(LongSupplier value) {
    gauge("holdfast.pending.refused", value);
  }

  /** How long the oldest pending write waits, in seconds. */
  public void pendingOldestSeconds(LongSupplier value) {
    gauge("holdfast.pending.oldest.seconds", value);
  }

  /** Pending writes, in number. */
  public void pendingCount(LongSupplier value) {
    gauge("holdfast.pending", value);
  }

  /** Pending writes, in bytes. */
  public void pendingBytes(LongSupplier value) {
    gauge("holdfast.pending.bytes", value);
  }

  /** Published files, in number. */
  public void publishedCount(LongSupplier value) {
    gauge("holdfast.published", value);
  }

  /** Published files, in bytes. */
  public void publishedBytes(LongSupplier value) {
    gauge("holdfast.published.bytes", value);
  }

  private void gauge(String name, LongSupplier value) {
    Gauge.builder(name, value::getAsLong).strongReference(true).register(registry);
  }
}
