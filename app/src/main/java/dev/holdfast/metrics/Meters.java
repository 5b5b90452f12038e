package dev.holdfast.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Every meter of a sidecar's own parts under its name. Names follow Micrometer's dotted convention;
 * units are the last word where there is one. docs/metrics.md lists them as Prometheus sees them.
 *
 * <p>A counter that has no label, or whose labels are known, is there from the start, at zero:
 * Prometheus does not see the first increase of one that is not.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class Meters {
  private static final String SETTLE_FAILURES = "holdfast.settle.failures";

  private final MeterRegistry registry;

  public Meters(MeterRegistry registry) {
    this.registry = registry;
    beginCounting();
  }

  private void beginCounting() {
    fetches();
    fetchesJoined();
    evictedToCold();
    evictedOut();
    lifted();
    settled();
    coalesced();
  }

  /** How long it took to force a file or a directory; takes nanoseconds. */
  public LongConsumer diskForces() {
    Timer timer =
        Timer.builder("holdfast.disk.force")
            .serviceLevelObjectives(Buckets.DURATIONS)
            .register(registry);
    return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** When a write is acknowledged: 1 for the mode that is on. */
  public void mode(String mode) {
    Gauge.builder("holdfast.mode", () -> 1)
        .tag("mode", mode)
        .strongReference(true)
        .register(registry);
  }

  /** Answers of the origin, by method and by what the answer means. */
  public Counter originOutcome(String method, String outcome) {
    return registry.counter("holdfast.origin.requests", "method", method, "outcome", outcome);
  }

  /** How the origin was when it was last asked: 1 for the state that it is in, else 0. */
  public void originState(String state, LongSupplier value) {
    Gauge.builder("holdfast.origin.state", value::getAsLong)
        .tag("state", state)
        .strongReference(true)
        .register(registry);
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

  /** The same so far, without the kinds that never happened. */
  public Map<String, Long> settleFailures() {
    var failures = new TreeMap<String, Long>();
    for (Counter counter : registry.find(SETTLE_FAILURES).counters()) {
      if (counter.count() > 0) {
        failures.put(counter.getId().getTag("kind"), (long) counter.count());
      }
    }
    return failures;
  }

  /** Pending writes that the origin has refused several times. */
  public void refusedCount(LongSupplier value) {
    gauge("holdfast.pending.refused", value);
  }

  /** How long the oldest pending write waits, in seconds. */
  public void pendingOldestSeconds(DoubleSupplier value) {
    Gauge.builder("holdfast.pending.oldest.seconds", value::getAsDouble)
        .strongReference(true)
        .register(registry);
  }

  /** Pending writes, in number. */
  public void pendingCount(LongSupplier value) {
    gauge("holdfast.pending", value);
  }

  /** Pending writes, in bytes. */
  public void pendingBytes(LongSupplier value) {
    gauge("holdfast.pending.bytes", value);
  }

  /** The most pending writes there may be, in number and in bytes. */
  public void pendingBounds(long countMax, long bytesMax) {
    gauge("holdfast.pending.max", () -> countMax);
    gauge("holdfast.pending.bytes.max", () -> bytesMax);
  }

  /** What is free on the volume, and below what writes are refused, in bytes. */
  public void stagingFreeBytes(LongSupplier value, long min) {
    gauge("holdfast.staging.free.bytes", value);
    gauge("holdfast.staging.free.bytes.min", () -> min);
  }

  /** Published files, in number. */
  public void publishedCount(LongSupplier value) {
    gauge("holdfast.published", value);
  }

  /** Published files, in bytes. */
  public void publishedBytes(LongSupplier value) {
    gauge("holdfast.published.bytes", value);
  }

  /** Pending puts that the start found. */
  public void recoveredPuts(long count) {
    gauge("holdfast.recovered.puts", () -> count);
  }

  /** Pending deletes that the start found. */
  public void recoveredDeletes(long count) {
    gauge("holdfast.recovered.deletes", () -> count);
  }

  /** Published files that the start found and kept. */
  public void recoveredPublished(long count) {
    gauge("holdfast.recovered.published", () -> count);
  }

  /** Files that the start removed because they may have been outdated. */
  public void recoveredDropped(long count) {
    gauge("holdfast.recovered.dropped", () -> count);
  }

  /** Whether the process before had left nothing running at the origin: 1 or 0. */
  public void recoveredClean(boolean clean) {
    gauge("holdfast.recovered.clean", () -> clean ? 1 : 0);
  }

  /** Where the Fibonacci sequence is. */
  public void fibonacciPosition(LongSupplier value) {
    gauge("holdfast.fibonacci.position", value);
  }

  /** How often the Fibonacci sequence was advanced; takes by how much. */
  public IntConsumer fibonacciAdvances() {
    Counter advances = registry.counter("holdfast.fibonacci.advances");
    return advances::increment;
  }

  private void gauge(String name, LongSupplier value) {
    Gauge.builder(name, value::getAsLong).strongReference(true).register(registry);
  }
}
