/**
 * The resolver of the watcher. It asks servers itself, since {@link java.net.InetAddress} waits for
 * as long as the system likes, and says neither how long an answer lives nor why there is none.
 * dnsjava writes and reads the messages. The sockets and the time-outs are here: those of dnsjava
 * are looked at only when its selector has nothing else to do.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>Everything is bounded: the questions in progress, the waits for a server, the cache.
 *   <li>One question is asked once at a time, however many checks wait for it.
 *   <li>An address whose time to live is over is given only if no server answers, and says so.
 *   <li>A server that fails is not a name that does not exist.
 * </ul>
 *
 * <p>May import {@code watcher}, {@code bounds}.
 */
package dev.holdfast.watcher.dns;
