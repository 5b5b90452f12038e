/**
 * Load on a running front, over HTTP alone: nothing of {@code app} is imported, so that a
 * simulation can be run against any server with the same API.
 *
 * <p>Simulations are built of {@link dev.holdfast.gatling.Calls}, whose bodies say which write they
 * are; {@link dev.holdfast.gatling.Oracle} tells what may be read, {@link
 * dev.holdfast.gatling.Recorder} counts, and {@link dev.holdfast.gatling.LoadRun} sums up. What
 * always holds: an answer is called invalid only if no atomic register could have given it that
 * nobody but this run writes.
 */
package dev.holdfast.gatling;
