/**
 * The only package that makes things durable. Every step that changes a file or a directory of the
 * staging store goes through {@link dev.holdfast.disk.Disk}.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>Nothing counts as on disk before the file <em>and</em> the directory entry that names it
 *       were forced.
 *   <li>A file changes its name only by an atomic rename.
 * </ul>
 *
 * <p>A service with a small state of its own owns a {@link dev.holdfast.disk.RecordLog}. If one
 * process of several has that state, it is an {@link dev.holdfast.disk.OwnedState}.
 *
 * <p>May import {@code bounds}.
 */
package dev.holdfast.disk;
