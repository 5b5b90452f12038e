/**
 * The only place that makes things durable: every step that changes a file or a directory of the
 * staging store goes through {@link dev.holdfast.disk.Disk}.
 *
 * <p>What always holds here: nothing counts as on disk before the file <em>and</em> the directory
 * entry that names it were forced; a file changes its name only by an atomic rename.
 *
 * <p>A service that keeps a small state of its own owns a {@link dev.holdfast.disk.RecordLog};
 * where one process of several has that state, it is an {@link dev.holdfast.disk.OwnedState}.
 *
 * <p>May import {@code bounds}.
 */
package dev.holdfast.disk;
