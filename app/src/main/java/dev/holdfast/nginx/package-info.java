/**
 * The nginx in front: its configuration, its process, and its access log.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>nginx starts with a configuration that was written whole.
 *   <li>An nginx that an earlier start has left is ended before another one starts in its
 *       directory.
 * </ul>
 *
 * <p>May import {@code service}, {@code names}, {@code disk}, {@code bounds} and {@code http}.
 */
package dev.holdfast.nginx;
