/**
 * The watcher as a process, and its commands: it wires the packages of the watcher.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>No check waits for the database. The threads that do are {@link
 *       dev.holdfast.watcher.service.Keeper}'s.
 *   <li>An endpoint is in the database before it has a result.
 *   <li>A command that finds something to mend says it, with file and line if it is in a file, on
 *       standard error, and changes nothing.
 *   <li>No password is in a configuration's text, a log, a status or an error.
 * </ul>
 *
 * <p>May import {@code service}, {@code watcher}, {@code watcher.thread}, {@code watcher.config},
 * {@code watcher.guard}, {@code watcher.dns}, {@code watcher.probe}, {@code watcher.agent}, {@code
 * watcher.store}, {@code disk}, {@code log}, {@code metrics}, {@code bounds}.
 */
package dev.holdfast.watcher.service;
