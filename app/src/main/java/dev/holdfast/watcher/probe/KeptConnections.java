package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Reach;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The connections of endpoints that use them again: one of an endpoint at most, from the end of a
 * check to the next check. One that nobody takes in time is closed.
 *
 * <p>Threading: any number of threads.
 */
final class KeptConnections {
  /** The most connections that are kept. A further one is closed. */
  static final int MOST = 5_000;

  /** How much longer than the endpoint's interval a connection is kept. */
  private static final long SPARE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Map<EndpointId, Entry> entries = new ConcurrentHashMap<>();
  private final Deadlines deadlines;
  private final LongSupplier nanos;

  private record Entry(KeptConnection connection, Deadlines.Deadline idle) {
    void close() {
      idle.drop();
      connection.close();
    }
  }

  /**
   * Which connection is kept, and how long.
   *
   * @param id the endpoint that may use it again
   * @param reach how the endpoint is reached. With another one the connection is of no use
   * @param intervalMs the endpoint's interval, in ms
   */
  record Keeping(EndpointId id, Reach reach, int intervalMs) {}

  KeptConnections(Deadlines deadlines, LongSupplier nanos) {
    this.deadlines = deadlines;
    this.nanos = nanos;
  }

  /** Keeps a connection. Closes one that was kept for the endpoint before. */
  void put(Keeping keeping, KeptConnection connection) {
    if (entries.size() >= MOST) {
      connection.close();
      return;
    }
    long idleNanos = TimeUnit.MILLISECONDS.toNanos(keeping.intervalMs()) + SPARE_NANOS;
    Deadlines.Deadline idle =
        deadlines.at(nanos.getAsLong() + idleNanos, () -> expire(keeping.id(), connection));
    Entry before = entries.put(keeping.id(), new Entry(connection, idle));
    if (before != null) {
      before.close();
    }
  }

  private void expire(EndpointId id, KeptConnection connection) {
    Entry entry = entries.get(id);
    if (entry != null && entry.connection == connection && entries.remove(id, entry)) {
      connection.close();
    }
  }

  /**
   * Takes the connection of an endpoint. Returns empty if there is none that leads to the target in
   * the same way.
   */
  Optional<KeptConnection> take(EndpointId id, Target target, Reach reach) {
    Entry entry = entries.remove(id);
    if (entry == null) {
      return Optional.empty();
    }
    if (!entry.connection.fits(target, reach)) {
      entry.close();
      return Optional.empty();
    }
    entry.idle.drop();
    return Optional.of(entry.connection);
  }

  /** Returns how many are kept. */
  int count() {
    return entries.size();
  }
}
