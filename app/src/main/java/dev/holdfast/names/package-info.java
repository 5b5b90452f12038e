/**
 * Names of files, their stored forms, and the server of a ring that owns each.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>Two names are equal if and only if their decoded bytes are.
 *   <li>A name can be read back from its stored form.
 *   <li>A {@link dev.holdfast.names.StoredName} is the stored form of a name, or of nothing.
 *   <li>The ring is the one that nginx computes.
 * </ul>
 *
 * <p>Imports nothing of the project.
 */
package dev.holdfast.names;
