package dev.holdfast.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Every meter of a sidecar's own parts under its name, with what it is. Names follow Micrometer's
 * dotted convention; units are the last word where there is one. docs/metrics.md lists them as
 * Prometheus sees them, in the same words.
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
    redelivered();
    List.of("connection", "comparison", "early").forEach(this::keptLeft);
  }

  /** How long it took to force a file or a directory; takes nanoseconds. */
  public LongConsumer diskForces() {
    return Scrape.diskForces(registry);
  }

  /** When a write is acknowledged: 1 for the mode that is on. */
  public void mode(String mode) {
    Gauge.builder("holdfast.mode", () -> 1)
        .description("1 for the mode that is on: behind or through.")
        .tag("mode", mode)
        .strongReference(true)
        .register(registry);
  }

  /** Answers of the origin, by method and by what the answer means. */
  public Counter originOutcome(String method, String outcome) {
    return counter(
        "holdfast.origin.requests",
        "Requests to the file server: found, absent, confirmed, or the kind of failure.",
        "method",
        method,
        "outcome",
        outcome);
  }

  /** How the origin was when it was last asked: 1 for the state that it is in, else 0. */
  public void originState(String state, LongSupplier value) {
    Gauge.builder("holdfast.origin.state", value::getAsLong)
        .description(
            "How the file server was when it was last asked: 1 for one of unknown, "
                + "up, busy, failing and down, 0 for the others.")
        .tag("state", state)
        .strongReference(true)
        .register(registry);
  }

  /** Requests to the origin in progress, those included that nobody waits for any more. */
  public void originInProgress(LongSupplier value) {
    gauge(
        "holdfast.origin.in.progress",
        "Requests in progress at the file server, those included that nobody "
            + "waits for any more.",
        value);
  }

  /** Requests that wait for one of the origin's connections. */
  public void originWaiting(LongSupplier value) {
    gauge(
        "holdfast.origin.waiting",
        "Requests that wait for a connection to the file server.",
        value);
  }

  /** Reads that had to fetch from the origin. */
  public Counter fetches() {
    return counter("holdfast.fetches", "Reads that had to ask the file server.");
  }

  /** Reads that joined a fetch that another read had begun. */
  public Counter fetchesJoined() {
    return counter(
        "holdfast.fetches.joined",
        "Reads that joined a request to the file server that was under way for another read.");
  }

  /** Fetched bodies that were not published, by reason. */
  public Counter fetchesDropped(String reason) {
    return counter(
        "holdfast.fetches.dropped",
        "Fetched bodies that were not published: error_text at their end, "
            + "unexpected content, overtaken by a write, another digest than the name says.",
        "reason",
        reason);
  }

  /** Published files that were withdrawn to cold. */
  public Counter evictedToCold() {
    return counter("holdfast.evicted.cold", "Published files that went cold for want of room.");
  }

  /** Cold files that were removed. */
  public Counter evictedOut() {
    return counter("holdfast.evicted.out", "Cold files that were removed.");
  }

  /** Cold files that a request brought back. */
  public Counter lifted() {
    return counter("holdfast.lifted", "Cold files that a request brought back.");
  }

  /** Writes that the origin confirmed. */
  public Counter settled() {
    return counter(
        "holdfast.settled",
        "Writes that were confirmed after they were acknowledged, or after their 503.");
  }

  /** Pending writes that a newer one of the same name replaced before they were sent. */
  public Counter coalesced() {
    return counter("holdfast.coalesced", "Pending writes that a newer one of their name replaced.");
  }

  /** Attempts to settle that did not end in a confirmation, by what happened instead. */
  public Counter settleFailures(String kind) {
    return counter(
        SETTLE_FAILURES,
        "Attempts to settle a write that failed: not_sent, busy, nonsense and "
            + "no_answer at the file server, local here.",
        "kind",
        kind);
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
    gauge(
        "holdfast.pending.refused",
        "Pending writes that have failed at the file server three times or more.",
        value);
  }

  /** The meters of the content-addressed store and of the action cache. */
  public StoreMeters store() {
    return new StoreMeters(registry);
  }

  /** Files that the origin has with other bytes than their names say. */
  public void damagedCount(LongSupplier value) {
    gauge(
        "holdfast.damaged",
        "Blobs of which the file server was found to have other bytes than their names say.",
        value);
  }

  /** How long the oldest pending write waits, in seconds. */
  public void pendingOldestSeconds(DoubleSupplier value) {
    Gauge.builder("holdfast.pending.oldest.seconds", value::getAsDouble)
        .description("How long the oldest pending write waits; 0 if there is none.")
        .strongReference(true)
        .register(registry);
  }

  /** Pending writes, in number. */
  public void pendingCount(LongSupplier value) {
    gauge(
        "holdfast.pending",
        "Pending writes: acknowledged or being written, and not confirmed by the file server.",
        value);
  }

  /** Pending writes, in bytes. */
  public void pendingBytes(LongSupplier value) {
    gauge("holdfast.pending.bytes", "Bytes of pending writes.", value);
  }

  /** The bytes of bodies that are coming in, and how many there may be. */
  public void incomingBytes(LongSupplier value, long bytesMax) {
    gauge("holdfast.incoming.bytes", "Bytes of bodies that clients are sending.", value);
    gauge(
        "holdfast.incoming.bytes.max",
        "The bound of holdfast_incoming_bytes, in bytes: --incoming-bytes-max.",
        () -> bytesMax);
  }

  /** The most pending writes there may be, in number and in bytes. */
  public void pendingBounds(long countMax, long bytesMax) {
    gauge(
        "holdfast.pending.max",
        "The bound of holdfast_pending, in number: --pending-count-max.",
        () -> countMax);
    gauge(
        "holdfast.pending.bytes.max",
        "The bound of holdfast_pending_bytes, in bytes: --pending-bytes-max.",
        () -> bytesMax);
  }

  /** Settled writes that are kept until they are surely on the file server's disk. */
  public void keptCount(LongSupplier value) {
    gauge(
        "holdfast.kept",
        "Settled writes that are kept here until they are surely on the file server's disk.",
        value);
  }

  /** The same, in bytes. */
  public void keptBytes(LongSupplier value) {
    gauge("holdfast.kept.bytes", "Bytes of the bodies that are kept.", value);
  }

  /** The most that is kept, in number and in bytes. */
  public void keptBounds(long countMax, long bytesMax) {
    gauge(
        "holdfast.kept.max",
        "The bound of holdfast_kept, in number: --settled-keep-count-max.",
        () -> countMax);
    gauge(
        "holdfast.kept.bytes.max",
        "The bound of holdfast_kept_bytes, in bytes: --settled-keep-bytes-max.",
        () -> bytesMax);
  }

  /** Kept writes that were let go, by the reason. */
  public Counter keptLeft(String reason) {
    return counter(
        "holdfast.kept.left",
        "Kept writes that were let go: proven by a connection or a comparison, or early, unproven,"
            + " since there was no room to keep them.",
        "reason",
        reason);
  }

  /** Kept writes that the file server had lost. */
  public Counter redelivered() {
    return counter(
        "holdfast.redelivered",
        "Kept writes that the file server had lost, and that are brought to it again.");
  }

  /** What is free on the volume, and below what writes are refused, in bytes. */
  public void stagingFreeBytes(LongSupplier value, long min) {
    gauge("holdfast.staging.free.bytes", "Bytes that are free on the staging volume.", value);
    gauge(
        "holdfast.staging.free.bytes.min",
        "With fewer bytes free on the staging volume writes are refused: "
            + "--disk-free-bytes-min.",
        () -> min);
  }

  /** Published files, in number. */
  public void publishedCount(LongSupplier value) {
    gauge("holdfast.published", "Published files that the file server has, too.", value);
  }

  /** Published files, in bytes. */
  public void publishedBytes(LongSupplier value) {
    gauge(
        "holdfast.published.bytes",
        "Bytes of the published files that the file server has, too.",
        value);
  }

  /** Pending puts that the start found. */
  public void recoveredPuts(long count) {
    gauge(
        "holdfast.recovered.puts",
        "Pending puts that the start of the process found.",
        () -> count);
  }

  /** Kept writes that the start found. */
  public void recoveredKept(long count) {
    gauge(
        "holdfast.recovered.kept",
        "Settled writes that the start of the process found kept.",
        () -> count);
  }

  /** Pending deletes that the start found. */
  public void recoveredDeletes(long count) {
    gauge(
        "holdfast.recovered.deletes",
        "Pending deletes that the start of the process found.",
        () -> count);
  }

  /** Published files that the start found, and left published. */
  public void recoveredPublished(long count) {
    gauge(
        "holdfast.recovered.published",
        "Published files that the start of the process found, and left published.",
        () -> count);
  }

  /** Files that the start removed because they may have been outdated. */
  public void recoveredDropped(long count) {
    gauge(
        "holdfast.recovered.dropped",
        "Published and cold files that the start of the process removed because "
            + "they may have been outdated.",
        () -> count);
  }

  /** Whether the process before had left nothing running at the origin: 1 or 0. */
  public void recoveredClean(boolean clean) {
    gauge(
        "holdfast.recovered.clean",
        "1 if the process before had left nothing running at the file server, else 0.",
        () -> clean ? 1 : 0);
  }

  private Counter counter(String name, String description, String... tags) {
    return Counter.builder(name).description(description).tags(tags).register(registry);
  }

  private void gauge(String name, String description, LongSupplier value) {
    Gauge.builder(name, value::getAsLong)
        .description(description)
        .strongReference(true)
        .register(registry);
  }
}
