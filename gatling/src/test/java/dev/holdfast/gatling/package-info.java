/**
 * Load on a running front, over HTTP alone. Nothing of {@code app} is imported, so that a
 * simulation can run against any server with the same API.
 *
 * <p>Simulations consist of {@link dev.holdfast.gatling.Calls}, whose bodies identify their writes.
 * {@link dev.holdfast.gatling.Oracle} tells which answers are right, {@link
 * dev.holdfast.gatling.Recorder} counts, and {@link dev.holdfast.gatling.LoadRun} sums up.
 *
 * <p>This always holds: an answer is called invalid only if no atomic register, which nobody but
 * this run writes, could have given it.
 */
package dev.holdfast.gatling;
