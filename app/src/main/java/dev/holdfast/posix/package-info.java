/**
 * The operating system's own texts for failed calls.
 *
 * <p>Imports nothing of the project.
 */
package dev.holdfast.posix;
