/**
 * The scoreboard: figures of nginx's access log, of a whole one or live, as a table, JSON, a page.
 *
 * <p>What always holds here: memory does not grow with the log, however long it is and however many
 * names are in it; a line that makes no sense is counted, never a failure; a page loads nothing but
 * what it comes with.
 *
 * <p>May import {@code http}, {@code bounds} and {@code metrics}.
 */
package dev.holdfast.scoreboard;
