/**
 * The scoreboard: figures of nginx's access log, of a whole one or live, as a table, JSON, a page.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>Memory does not grow with the log or with the number of names in it.
 *   <li>A line that makes no sense is counted. It is never a failure.
 *   <li>A page loads nothing from a network.
 * </ul>
 *
 * <p>May import {@code http}, {@code bounds} and {@code metrics}.
 */
package dev.holdfast.scoreboard;
