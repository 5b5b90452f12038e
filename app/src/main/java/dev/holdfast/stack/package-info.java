/**
 * A whole stack on one machine: file servers, sidecars, nginx and the scoreboard.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>A part starts after the parts that it needs.
 *   <li>A start that fails leaves no part running.
 * </ul>
 *
 * <p>May import everything but {@code cli}.
 */
package dev.holdfast.stack;
