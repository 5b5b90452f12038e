/**
 * Names of files, and the server of a ring that owns each.
 *
 * <p>What always holds here: two names are equal if and only if their decoded bytes are; a name can
 * be read back from its stored form; the ring is the one that nginx computes.
 *
 * <p>Imports nothing of the project.
 */
package dev.holdfast.names;
