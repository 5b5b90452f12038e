/**
 * The only place that makes things durable: every step that changes a file or a directory of the
 * staging store goes through {@link dev.holdfast.disk.Disk}.
 *
 * <p>What always holds here: nothing counts as on disk before the file <em>and</em> the directory
 * entry that names it were forced; a file changes its name only by an atomic rename.
 *
 * <p>Imports nothing of the project.
 */
package dev.holdfast.disk;
