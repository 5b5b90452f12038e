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
  /** The longest body that a PUT may have to come here, in bytes. */
  int BODY_BYTES_MAX = 16 * 1024;

  /**
   * The longest body that a POST may have to come here, in bytes. Take a long one only behind a
   * bound on the bytes of all that are taken at once.
   */
  int POST_BYTES_MAX = 8 * 1024 * 1024;

  /** The answers of a service that has none: every request goes to its route. */
  QuickAnswers NONE = _ -> false;

  /**
   * Looks at one of these requests:
   *
   * <ul>
   *   <li>a GET or DELETE without a body, also one that says that its body is empty;
   *   <li>a PUT that announces at most {@link #BODY_BYTES_MAX};
   *   <li>a POST that announces at most {@link #POST_BYTES_MAX}, or has no body.
   * </ul>
   *
   * @return true if the request is taken, and so answered once, now or later and on any thread;
   *     false if it goes to its route
   */
  boolean take(QuickRequest request);
}
