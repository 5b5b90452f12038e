/**
 * A PostgreSQL that is unpacked and started on this machine, for tests and for {@code make watch}.
 * Its binaries are in this module alone, so that the main jar does not carry them.
 *
 * <p>What always holds here: the server listens on loopback, and ends with the object that started
 * it.
 */
package dev.holdfast.watchdb;
