/**
 * One check of a site: it resolves the name, connects, asks, follows redirects, reads the answer
 * and holds it against what is expected.
 *
 * <p>The engine is the reactor of HttpCore, with one fresh connection for each request and no pool.
 * HttpCore writes and reads HTTP/1.1 and HTTP/2. Everything that measures is here: the moments of
 * each phase, and the deadlines. Those of HttpCore are looked at once a second, and follow the wall
 * clock.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>Every check ends once, and in time: by an answer, by a failure or by its deadline.
 *   <li>Every address of every hop passes the guard, and the connection goes to that very address.
 *   <li>Credentials go to the origin of the endpoint's URL and to no other.
 *   <li>A failure of the agent is not a failure of the site.
 *   <li>Phases come from the monotonic clock. Decoding and searching are in none of them, and in no
 *       thread that measures.
 * </ul>
 *
 * <p>May import {@code watcher}, {@code watcher.thread}, {@code watcher.dns}, {@code
 * watcher.guard}, {@code watcher.pattern}, {@code posix}, {@code bounds}.
 */
package dev.holdfast.watcher.probe;
