/**
 * Tools for tests that see a service only from outside, over HTTP: hostile traffic, a raw HTTP
 * client, bodies that prove what they are, and a check of recorded histories for linearizability.
 *
 * <p>What always holds: nothing here imports anything else of the project, so that a mistake in the
 * product can't hide itself by being shared with its judge.
 */
package dev.holdfast.testkit;
