package dev.holdfast.http;

/**
 * What a service can answer at once, from what it has in memory or next to it, or can hand on as it
 * is. Such requests get no thread of their own.
 *
 * <p>Threading: is asked on the thread that reads the requests of all connections, and on others
 * that go on with a connection when they have sent an answer: on several at once. It must not wait:
 * for a lock that is held long, for a network, for a force of a disk.
 */
@FunctionalInterface
public interface QuickAnswers {
  /** The longest body that a request may have to come here, in bytes. */
  int BODY_BYTES_MAX = 16 * 1024;

  /** Of a service that has none. */
  QuickAnswers NONE = _ -> false;

  /**
   * Looks at a GET or DELETE without a body, or at a PUT of at most {@link #BODY_BYTES_MAX}.
   *
   * @return whether the request is taken, and so answered once, now or later and on any thread. If
   *     not, it goes to its route
   */
  boolean take(QuickRequest request);
}
