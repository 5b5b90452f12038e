/**
 * All requests to an origin, and what its answers mean. Sole user of Apache HttpClient.
 *
 * <p>What always holds here: a request is sent once, never repeated or redirected by itself; at
 * most {@link dev.holdfast.origin.OriginConfig#connectionsMax()} requests are in progress at the
 * origin, and at most one a file, those included that nobody waits for any more: permit and {@link
 * dev.holdfast.origin.Turn} stay taken until the request is surely done there, and the next request
 * under the same turn waits for that, too; nothing that came before a request was sent is its
 * answer; a body counts only whole, uncoded and under the content type of a file; an answer that is
 * not understood is a {@link dev.holdfast.origin.Failure}, never a file and never an absence.
 *
 * <p>May import {@code names}, {@code streams}, {@code bounds}, {@code metrics} and {@code posix}.
 */
package dev.holdfast.origin;
