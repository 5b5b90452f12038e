/**
 * Tools for programs that see a service only from outside, over HTTP: tests, load simulations and
 * the benchmark. They are hostile traffic, a raw HTTP client, bodies that identify themselves, and
 * a check of recorded histories for linearizability.
 *
 * <p>This always holds: nothing here imports anything else of the project, so that product and
 * judge cannot share a mistake. It is a module of its own, without the product on its class path.
 */
package dev.holdfast.testkit;
