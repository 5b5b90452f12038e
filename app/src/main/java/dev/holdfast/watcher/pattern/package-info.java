/**
 * The search in a page: its charset, patterns that must and must not be found, and texts.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>A pattern is measured before it is compiled, so that none costs more than its length to
 *       refuse.
 *   <li>The time of a search has a bound: RE2/J by the product of program and page, {@code
 *       java.util.regex} by a count of steps.
 *   <li>A search that could not end is undecided. It never counts as found or as not found.
 * </ul>
 *
 * <p>May import {@code watcher} and {@code bounds}; sole user of RE2/J.
 */
package dev.holdfast.watcher.pattern;
