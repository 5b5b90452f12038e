/**
 * The chassis of every HTTP service of Holdfast: Javalin on Jetty with every limit set, problem
 * bodies for errors, health, and a clean stop.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>An error body is {@code application/problem+json} (RFC 9457), even if Jetty found the
 *       error.
 *   <li>An answer of 5xx is logged with the id that nginx gave the request, up to a bound a second.
 *   <li>No handler sees a method-override header.
 *   <li>No request waits without a bound.
 * </ul>
 *
 * <p>May import {@code streams}, {@code bounds}, {@code metrics} and {@code posix}.
 */
package dev.holdfast.http;
