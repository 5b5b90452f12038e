package dev.holdfast.http;

/**
 * The bounds of one HTTP service.
 *
 * @param connectionsMax connections open at once, 1 or more; further ones wait in the backlog of
 *     the listening socket
 * @param requestsMax requests in progress at once, 1 or more; further ones wait for a place
 * @param queueWaitMs how long a request waits for a place before it is answered 503, in
 *     milliseconds
 * @param idleTimeoutMs how long a connection may be silent, in milliseconds; behind nginx it must
 *     be longer than nginx's {@code keepalive_timeout} for the upstream, or nginx sends a request
 *     into a connection that is just being closed
 * @param stopTimeoutMs how long requests in progress may take to end when the service stops, in
 *     milliseconds
 */
public record HttpLimits(
    int connectionsMax, int requestsMax, long queueWaitMs, long idleTimeoutMs, long stopTimeoutMs) {

  /** Bounds that suit a service behind nginx in a fraction of a core. */
  public static final HttpLimits DEFAULT = new HttpLimits(4096, 1024, 5_000, 75_000, 10_000);

  public HttpLimits {
    requirePositive("connectionsMax", connectionsMax);
    requirePositive("requestsMax", requestsMax);
    requirePositive("queueWaitMs", queueWaitMs);
    requirePositive("idleTimeoutMs", idleTimeoutMs);
    requirePositive("stopTimeoutMs", stopTimeoutMs);
  }

  private static void requirePositive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be 1 or more, not " + value);
    }
  }
}
