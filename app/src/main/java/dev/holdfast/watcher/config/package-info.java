/**
 * The list of endpoints as a file, watch.yaml: it is read, written, and given as an example. And
 * the source of the secrets that it refers to.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>A file is taken whole or not at all.
 *   <li>Every complaint has a file, a line, and what to write instead. Those of one file come at
 *       once, up to a bound.
 *   <li>A list that is written is read back equal.
 *   <li>No value of a secret is in a file, in a complaint or in a record.
 * </ul>
 *
 * <p>May import {@code watcher}, {@code watcher.pattern}, {@code watcher.guard} and {@code bounds}.
 */
package dev.holdfast.watcher.config;
