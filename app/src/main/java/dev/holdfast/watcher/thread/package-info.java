/**
 * Threads that last: a turn that fails is counted and logged, and the thread goes on.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>No failure of a turn ends a thread, and no failure to log it does: memory that is short
 *       once is short twice.
 *   <li>A thread that has ended without being asked to says so.
 * </ul>
 *
 * <p>Imports nothing of this project.
 */
package dev.holdfast.watcher.thread;
