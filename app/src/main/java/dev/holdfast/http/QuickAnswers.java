package dev.holdfast.http;

/**
 * What a service can answer at once, from what it has in memory or next to it. Such requests get no
 * thread of their own.
 *
 * <p>Threading: is asked on the one thread that reads the requests of all connections. So it must
 * not wait: for a lock that is held long, for a network, for a force of a disk.
 */
@FunctionalInterface
public interface QuickAnswers {
  /** Of a service that has none. */
  QuickAnswers NONE = _ -> false;

  /**
   * Looks at a GET without a body.
   *
   * @return whether the request is taken, and so answered once, now or later and on any thread. If
   *     not, it goes to its route
   */
  boolean take(QuickRequest request);
}
