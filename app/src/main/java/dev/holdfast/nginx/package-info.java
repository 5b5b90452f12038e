/**
 * The nginx in front: its configuration, its process, and its access log.
 *
 * <p>What always holds here: nginx is started with a configuration that was written whole; an nginx
 * that an earlier start has left is ended before another one is started in its directory.
 *
 * <p>May import {@code service}, {@code names}, {@code disk}, {@code bounds} and {@code http}.
 */
package dev.holdfast.nginx;
