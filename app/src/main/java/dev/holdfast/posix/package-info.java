/**
 * The operating system's own words for why a call failed.
 *
 * <p>Imports nothing of the project.
 */
package dev.holdfast.posix;
