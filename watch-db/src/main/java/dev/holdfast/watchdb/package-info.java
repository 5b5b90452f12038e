/**
 * A PostgreSQL that is unpacked and started on this machine, for tests and for {@code make watch},
 * and the program of {@code make watch}. The binaries of PostgreSQL are in this module alone, so
 * that the main jar does not carry them.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>The server listens on loopback, and ends with the object that started it.
 *   <li>The program starts the watcher as a process of its own, as anybody would. It imports
 *       nothing of it.
 * </ul>
 */
package dev.holdfast.watchdb;
