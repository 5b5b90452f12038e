package dev.holdfast.files;

import dev.holdfast.names.StoredName;
import dev.holdfast.origin.OriginState;
import dev.holdfast.staging.Recovered;
import java.util.Map;

/**
 * How a sidecar stands.
 *
 * @param mode when it acknowledges a write
 * @param pendingCount writes that the origin has not confirmed
 * @param pendingBytes bytes of bodies that come in or are pending
 * @param oldestPendingMs how long the oldest of them waits, in milliseconds; 0 if there is none
 * @param keptCount settled writes that are kept until they are surely on the origin's disk
 * @param keptBytes the bytes of their bodies
 * @param coalescedCount pending writes that a newer one of their name replaced, since the start
 * @param settledCount writes that the origin has confirmed, since the start
 * @param settleFailures attempts that ended otherwise, by kind, since the start
 * @param refused pending writes that the origin has refused several times, by stored name, with its
 *     last answer; the first hundred
 * @param damaged files that the origin has with other bytes than their names say, by stored name,
 *     with what was found; the first hundred
 * @param origin how the origin was when it was last asked
 * @param recovered what the last start found on disk
 */
public record Status(
    String mode,
    int pendingCount,
    long pendingBytes,
    long oldestPendingMs,
    int keptCount,
    long keptBytes,
    long coalescedCount,
    long settledCount,
    Map<String, Long> settleFailures,
    Map<StoredName, String> refused,
    Map<StoredName, String> damaged,
    OriginState origin,
    Recovered recovered) {}
