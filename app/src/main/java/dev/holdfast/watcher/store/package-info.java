/**
 * The watcher's database: its schema, the endpoints in it, and the way of results into it.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>Who hands over a result never waits for the database or the disk.
 *   <li>A result is in the table once, or it is counted as dropped with the reason. A commit that
 *       may have happened, or not, is repeated so that it makes no second row.
 *   <li>A list of endpoints is applied whole or not at all.
 *   <li>A database has no secret, only references to secrets.
 * </ul>
 *
 * <p>May import {@code watcher}, {@code watcher.thread}, {@code disk}, {@code bounds}.
 */
package dev.holdfast.watcher.store;
