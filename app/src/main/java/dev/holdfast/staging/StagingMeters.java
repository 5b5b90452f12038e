package dev.holdfast.staging;

import dev.holdfast.metrics.Meters;
import io.micrometer.core.instrument.Counter;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The meters of the staging store: what is coming in, pending, kept, published and cold.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class StagingMeters {
  private final Meters meters;

  StagingMeters(Meters meters) {
    this.meters = meters;
    beginCounting();
  }

  /** So that Prometheus sees the first increase, too. */
  private void beginCounting() {
    evictedToCold();
    evictedOut();
    lifted();
    coalesced();
    List.of("connection", "comparison", "early").forEach(this::keptLeft);
  }

  /** Shows how much there is in a store, and the bounds. */
  void measure(StagingStore store, FreeSpace free, Room room, StagingLimits limits) {
    pendingCount(store::pendingCount);
    pendingBytes(store::pendingBytes);
    pendingBounds(limits.pendingCountMax(), limits.pendingBytesMax());
    incomingBytes(() -> room.bytes(Room.Use.INCOMING), limits.incomingBytesMax());
    stagingFreeBytes(free, limits.diskFreeBytesMin());
  }

  /** Published files that were withdrawn to cold. */
  Counter evictedToCold() {
    return meters.counter(
        "holdfast.evicted.cold", "Published files that went cold for want of room.");
  }

  /** Cold files that were removed. */
  Counter evictedOut() {
    return meters.counter("holdfast.evicted.out", "Cold files that were removed.");
  }

  /** Cold files that a request brought back. */
  Counter lifted() {
    return meters.counter("holdfast.lifted", "Cold files that a request brought back.");
  }

  /** Pending writes that a newer one of the same name replaced before they were sent. */
  Counter coalesced() {
    return meters.counter(
        "holdfast.coalesced", "Pending writes that a newer one of their name replaced.");
  }

  /** Pending writes, in number. */
  void pendingCount(LongSupplier value) {
    meters.gauge(
        "holdfast.pending",
        "Pending writes: acknowledged or being written, and not confirmed by the file server.",
        value);
  }

  /** Pending writes, in bytes. */
  void pendingBytes(LongSupplier value) {
    meters.gauge("holdfast.pending.bytes", "Bytes of pending writes.", value);
  }

  /** The bytes of bodies that are coming in, and how many there may be. */
  void incomingBytes(LongSupplier value, long bytesMax) {
    meters.gauge("holdfast.incoming.bytes", "Bytes of bodies that clients are sending.", value);
    meters.gauge(
        "holdfast.incoming.bytes.max",
        "The bound of holdfast_incoming_bytes, in bytes: --incoming-bytes-max.",
        () -> bytesMax);
  }

  /** The most pending writes there may be, in number and in bytes. */
  void pendingBounds(long countMax, long bytesMax) {
    meters.gauge(
        "holdfast.pending.max",
        "The bound of holdfast_pending, in number: --pending-count-max.",
        () -> countMax);
    meters.gauge(
        "holdfast.pending.bytes.max",
        "The bound of holdfast_pending_bytes, in bytes: --pending-bytes-max.",
        () -> bytesMax);
  }

  /** The bytes of the write-ahead log's records, and the most there may be. */
  void logBytes(LongSupplier value, long bytesMax) {
    meters.gauge(
        "holdfast.log.bytes",
        "Bytes of the records of short writes in the write-ahead log.",
        value);
    meters.gauge(
        "holdfast.log.bytes.max",
        "The bound of holdfast_log_bytes, in bytes: --log-bytes-max.",
        () -> bytesMax);
  }

  /** Settled writes that are kept until they are surely on the file server's disk. */
  void keptCount(LongSupplier value) {
    meters.gauge(
        "holdfast.kept",
        "Settled writes that are kept here until they are surely on the file server's disk.",
        value);
  }

  /** The same, in bytes. */
  void keptBytes(LongSupplier value) {
    meters.gauge("holdfast.kept.bytes", "Bytes of the bodies that are kept.", value);
  }

  /** The most that is kept, in number and in bytes. */
  void keptBounds(long countMax, long bytesMax) {
    meters.gauge(
        "holdfast.kept.max",
        "The bound of holdfast_kept, in number: --settled-keep-count-max.",
        () -> countMax);
    meters.gauge(
        "holdfast.kept.bytes.max",
        "The bound of holdfast_kept_bytes, in bytes: --settled-keep-bytes-max.",
        () -> bytesMax);
  }

  /** Kept writes that were let go, by the reason. */
  Counter keptLeft(String reason) {
    return meters.counter(
        "holdfast.kept.left",
        "Kept writes that were let go: proven by a connection or a comparison, or early, unproven,"
            + " since there was no room to keep them.",
        "reason",
        reason);
  }

  /** Shows the free bytes of the volume, and the bound below which writes are refused. */
  void stagingFreeBytes(LongSupplier value, long min) {
    meters.gauge(
        "holdfast.staging.free.bytes", "Bytes that are free on the staging volume.", value);
    meters.gauge(
        "holdfast.staging.free.bytes.min",
        "With fewer bytes free on the staging volume writes are refused: "
            + "--disk-free-bytes-min.",
        () -> min);
  }

  /** Published files, in number. */
  void publishedCount(LongSupplier value) {
    meters.gauge("holdfast.published", "Published files that the file server has, too.", value);
  }

  /** Published files, in bytes. */
  void publishedBytes(LongSupplier value) {
    meters.gauge(
        "holdfast.published.bytes",
        "Bytes of the published files that the file server has, too.",
        value);
  }

  /** Pending puts that the start found. */
  void recoveredPuts(long count) {
    meters.gauge(
        "holdfast.recovered.puts",
        "Pending puts that the start of the process found.",
        () -> count);
  }

  /** Kept writes that the start found. */
  void recoveredKept(long count) {
    meters.gauge(
        "holdfast.recovered.kept",
        "Settled writes that the start of the process found kept.",
        () -> count);
  }

  /** Pending deletes that the start found. */
  void recoveredDeletes(long count) {
    meters.gauge(
        "holdfast.recovered.deletes",
        "Pending deletes that the start of the process found.",
        () -> count);
  }

  /** Published files that the start found, and left published. */
  void recoveredPublished(long count) {
    meters.gauge(
        "holdfast.recovered.published",
        "Published files that the start of the process found, and left published.",
        () -> count);
  }

  /** Files that the start removed because they may have been outdated. */
  void recoveredDropped(long count) {
    meters.gauge(
        "holdfast.recovered.dropped",
        "Published and cold files that the start of the process removed because "
            + "they may have been outdated.",
        () -> count);
  }

  /** Shows 1 if the process before had left nothing running at the origin, else 0. */
  void recoveredClean(boolean clean) {
    meters.gauge(
        "holdfast.recovered.clean",
        "1 if the process before had left nothing running at the file server, else 0.",
        () -> clean ? 1 : 0);
  }
}
