/**
 * Streams that hold what they read to bounds: its length, and how long a read waits.
 *
 * <p>Imports nothing of the project.
 */
package dev.holdfast.streams;
