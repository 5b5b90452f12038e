/**
 * The queue in front of a log that nobody may wait for; sole user of Logback's classes.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>Whoever logs into a queue returns at once.
 *   <li>An event that finds no room is counted.
 * </ul>
 *
 * <p>Imports nothing of this project.
 */
package dev.holdfast.log;
