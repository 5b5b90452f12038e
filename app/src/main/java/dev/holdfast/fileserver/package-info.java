/**
 * The stand-in for the slow, fragile file server that Holdfast stands in front of: the same API,
 * texts, latency and limits, and the same six faults, each of which can be switched off.
 *
 * <p>A request goes like this:
 *
 * <ol>
 *   <li>The path is decoded once. Any path but {@code /api/fileserver/{fileName}} is a redirect or
 *       a 404 ({@link Route}).
 *   <li>It is counted. Breaches of the rules for a front are counted apart ({@link Counts}).
 *   <li>It is refused with 429 at once when too many are in flight.
 *   <li>It takes hold of its name, sleeps the latency, and only then begins its turn ({@link
 *       Turns}).
 *   <li>It reads or writes the file ({@link Volume}).
 *   <li>It lets go of everything. The last bytes of the answer leave after that ({@link Reply}).
 * </ol>
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>A client that has its whole answer is no longer in flight and no longer holds its name. So
 *       a front that sends one request after the other is never charged with an overlap.
 *   <li>A request whose client is gone holds its name until it is over. Requests that overlap it
 *       count.
 *   <li>Bodies are streamed.
 *   <li>{@link FileServer#close} ends every request, deadlocked ones too.
 * </ul>
 *
 * <p>Beyond the faults of the real server, a test can put a running stand-in in {@link Trouble}.
 *
 * <p>It runs on Jetty directly, not on the chassis of {@code http}. It has to answer as Go's
 * net/http does, and the chassis adds a health route, problem bodies and a queue of its own.
 *
 * <p>May import {@code http}, {@code bounds} and {@code metrics}, and nothing of the front, so that
 * tests meet a real opponent.
 */
package dev.holdfast.fileserver;
