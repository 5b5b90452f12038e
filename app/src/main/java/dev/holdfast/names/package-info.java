/**
 * Names of files, their stored forms, and the server of a ring that owns each.
 *
 * <p>What always holds here: two names are equal if and only if their decoded bytes are; a name can
 * be read back from its stored form; what is a {@link dev.holdfast.names.StoredName} is the stored
 * form of a name, or nobody's; the ring is the one that nginx computes.
 *
 * <p>Imports nothing of the project.
 */
package dev.holdfast.names;
