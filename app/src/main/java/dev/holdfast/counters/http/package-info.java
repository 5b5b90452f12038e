/**
 * The replicated counters over HTTP: the API of clients, and messages between actors.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>Status codes are decided here.
 *   <li>A 503 to a POST says that nothing was counted, surely. An unknown outcome is 500.
 *   <li>Messages between actors never wait for a place that clients take.
 *   <li>No thread waits for an increment, a consistent read or another actor.
 * </ul>
 *
 * <p>May import {@code service}, {@code names}, {@code http}, {@code counters}, {@code disk},
 * {@code metrics}, {@code posix} and {@code bounds}.
 */
package dev.holdfast.counters.http;
