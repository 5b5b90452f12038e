package dev.holdfast.http;

import dev.holdfast.bounds.Bounds;

/**
 * The bounds of one HTTP service.
 *
 * @param connectionsMax connections open at once, 1 or more; further ones wait in the backlog of
 *     the listening socket
 * @param requestsMax requests at once that neither send a body nor wait for others, 1 or more;
 *     further ones wait for a place
 * @param uploadsMax PUT, POST and DELETE at once, 1 or more; further ones wait for a place
 * @param waitingMax requests at once that wait for somebody else (see {@link RequestPlace}), 1 or
 *     more; further ones are refused
 * @param queueWaitMs how long a request waits for a place before it is answered 503, in
 *     milliseconds
 * @param idleTimeoutMs how long a connection may be silent, in milliseconds; behind nginx it must
 *     be longer than nginx's {@code keepalive_timeout} for the upstream, or nginx sends a request
 *     into a connection that is closing
 * @param stopTimeoutMs how long requests in progress may take to end when the service stops, in
 *     milliseconds
 * @param bodyPace how slowly a body may come
 */
public record HttpLimits(
    int connectionsMax,
    int requestsMax,
    int uploadsMax,
    int waitingMax,
    long queueWaitMs,
    long idleTimeoutMs,
    long stopTimeoutMs,
    BodyPace bodyPace) {

  /** Bounds that suit a service behind nginx in a fraction of a core. */
  public static final HttpLimits DEFAULT =
      new HttpLimits(4096, 1024, 256, 2048, 5_000, 75_000, 10_000, BodyPace.DEFAULT);

  public HttpLimits {
    Bounds.orMore("connectionsMax", connectionsMax, 1);
    Bounds.orMore("requestsMax", requestsMax, 1);
    Bounds.orMore("uploadsMax", uploadsMax, 1);
    Bounds.orMore("waitingMax", waitingMax, 1);
    Bounds.orMore("queueWaitMs", queueWaitMs, 1);
    Bounds.orMore("idleTimeoutMs", idleTimeoutMs, 1);
    Bounds.orMore("stopTimeoutMs", stopTimeoutMs, 1);
  }

  /** Returns the same with another {@code connectionsMax}. */
  public HttpLimits withConnectionsMax(int connectionsMax) {
    return new HttpLimits(
        connectionsMax,
        requestsMax,
        uploadsMax,
        waitingMax,
        queueWaitMs,
        idleTimeoutMs,
        stopTimeoutMs,
        bodyPace);
  }

  /** Returns the same with another {@code requestsMax}. */
  public HttpLimits withRequestsMax(int requestsMax) {
    return new HttpLimits(
        connectionsMax,
        requestsMax,
        uploadsMax,
        waitingMax,
        queueWaitMs,
        idleTimeoutMs,
        stopTimeoutMs,
        bodyPace);
  }

  /** Returns the same with another {@code uploadsMax}. */
  public HttpLimits withUploadsMax(int uploadsMax) {
    return new HttpLimits(
        connectionsMax,
        requestsMax,
        uploadsMax,
        waitingMax,
        queueWaitMs,
        idleTimeoutMs,
        stopTimeoutMs,
        bodyPace);
  }

  /** Returns the same with another {@code waitingMax}. */
  public HttpLimits withWaitingMax(int waitingMax) {
    return new HttpLimits(
        connectionsMax,
        requestsMax,
        uploadsMax,
        waitingMax,
        queueWaitMs,
        idleTimeoutMs,
        stopTimeoutMs,
        bodyPace);
  }

  /** Returns the same with another {@code queueWaitMs}. */
  public HttpLimits withQueueWaitMs(long queueWaitMs) {
    return new HttpLimits(
        connectionsMax,
        requestsMax,
        uploadsMax,
        waitingMax,
        queueWaitMs,
        idleTimeoutMs,
        stopTimeoutMs,
        bodyPace);
  }

  /** Returns the same with another {@code idleTimeoutMs}. */
  public HttpLimits withIdleTimeoutMs(long idleTimeoutMs) {
    return new HttpLimits(
        connectionsMax,
        requestsMax,
        uploadsMax,
        waitingMax,
        queueWaitMs,
        idleTimeoutMs,
        stopTimeoutMs,
        bodyPace);
  }

  /** Returns the same with another {@code stopTimeoutMs}. */
  public HttpLimits withStopTimeoutMs(long stopTimeoutMs) {
    return new HttpLimits(
        connectionsMax,
        requestsMax,
        uploadsMax,
        waitingMax,
        queueWaitMs,
        idleTimeoutMs,
        stopTimeoutMs,
        bodyPace);
  }

  /** Returns the same with another {@code bodyPace}. */
  public HttpLimits withBodyPace(BodyPace bodyPace) {
    return new HttpLimits(
        connectionsMax,
        requestsMax,
        uploadsMax,
        waitingMax,
        queueWaitMs,
        idleTimeoutMs,
        stopTimeoutMs,
        bodyPace);
  }
}
