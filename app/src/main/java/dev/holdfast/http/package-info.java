/**
 * The chassis that every HTTP service of Holdfast runs on: Javalin on Jetty, started with every
 * limit set, problem bodies for errors, health, and a clean stop.
 *
 * <p>What always holds here: an error body is {@code application/problem+json} (RFC 9457), whoever
 * found the error, Jetty included; one of 5xx is logged, with the id that nginx gave the request,
 * at most so often; a method-override header is not seen by any handler; no request waits without a
 * bound.
 *
 * <p>May import {@code streams}, {@code bounds}, {@code metrics} and {@code posix}.
 */
package dev.holdfast.http;
