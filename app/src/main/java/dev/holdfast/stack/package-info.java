/**
 * A whole stack on one machine: file servers, sidecars, nginx and the scoreboard.
 *
 * <p>What always holds here: parts start in the order of what they need, and a start that fails
 * leaves none of them running.
 *
 * <p>May import everything but {@code cli}.
 */
package dev.holdfast.stack;
