package dev.holdfast.http;

/**
 * Answers requests at once, from what a service has in memory or next to it, or hands them on as
 * they are. Such requests get no thread of their own.
 *
 * <p>Threading: is asked on the thread that reads the requests of all connections, and on others
 * that go on with a connection when they have sent an answer: on several at once. It must not wait:
 * for a lock that is held long, for a network, for a force of a disk.
 */
@FunctionalInterface
public interface QuickAnswers {
  /** The longest body that a request may have to come here, in bytes. */
  int BODY_BYTES_MAX = 16 * 1024;

  /** The answers of a service that has none: every request goes to its route. */
  QuickAnswers NONE = _ -> false;

  /**
   * Looks at a GET or DELETE without a body, or at a PUT of at most {@link #BODY_BYTES_MAX}.
   *
   * @return true if the request is taken, and so answered once, now or later and on any thread;
   *     false if it goes to its route
   */
  boolean take(QuickRequest request);
}
