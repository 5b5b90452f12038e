/**
 * The length of a stream, held against what is known of it while it is read.
 *
 * <p>Imports nothing of the project.
 */
package dev.holdfast.streams;
