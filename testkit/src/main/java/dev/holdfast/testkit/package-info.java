/**
 * Tools for what sees a service only from outside, over HTTP: tests, load simulations and the
 * benchmark. Hostile traffic, a raw HTTP client, bodies that prove what they are, and a check of
 * recorded histories for linearizability.
 *
 * <p>What always holds: nothing here imports anything else of the project, so that a mistake in the
 * product can't hide itself by being shared with its judge. It is a module of its own, on whose
 * class path the product is not.
 */
package dev.holdfast.testkit;
