/**
 * The words of the watcher: what is checked, when it is due, and what a check found. The package
 * reads no file, opens no connection and knows no database; the packages below it do.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>A slot follows from the endpoint's id, its interval and the wall clock alone, so every
 *       process computes the same one.
 *   <li>A secret is a reference. Its value is in no record of this package.
 *   <li>A phase that a check did not reach has no duration. It is not 0.
 * </ul>
 *
 * <p>May import {@code bounds}.
 */
package dev.holdfast.watcher;
