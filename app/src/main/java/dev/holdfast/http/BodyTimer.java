package dev.holdfast.http;

import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;

/**
 * Times the body of one request. When the body comes too slowly, Jetty wakes up the thread that
 * waits for its next bytes.
 *
 * <p>Threading: for one thread at a time.
 */
final class BodyTimer {
  /** The attribute of the server in which {@link HttpService} leaves the pace for this class. */
  static final String PACE = BodyPace.class.getName();

  /** The time to wake up is set again only when it has changed by so much, in milliseconds. */
  private static final long STEP_MS = 500;

  private final BodyPace pace;
  private final EndPoint connection;
  private final Request request;
  private final long idleTimeoutMs;
  private long wakeMs;
  private long waitedNanos;
  private long begunNanos;

  BodyTimer(Request request) {
    this.request = request;
    this.connection = request.getConnectionMetaData().getConnection().getEndPoint();
    this.idleTimeoutMs = connection.getIdleTimeout();
    this.wakeMs = idleTimeoutMs;
    this.pace =
        request.getConnectionMetaData().getConnector().getServer().getAttribute(PACE)
                instanceof BodyPace set
            ? set
            : BodyPace.DEFAULT;
  }

  /** Begins a wait for the next bytes, after so many. */
  void begin(long bytes) {
    begunNanos = System.nanoTime();
    long leftMs = Math.clamp(pace.leftMs(bytes, waitedNanos), 1, idleTimeoutMs);
    if (Math.abs(leftMs - wakeMs) >= Math.min(STEP_MS, idleTimeoutMs - leftMs + 1)) {
      setWakeMs(leftMs);
    }
  }

  /** Ends a wait, when so many bytes have come in all. Returns false if they come too slowly. */
  boolean end(long bytes) {
    waitedNanos += System.nanoTime() - begunNanos;
    return pace.leftMs(bytes, waitedNanos) > 0;
  }

  /** Returns the answer to a body whose next bytes could not be read because of this failure. */
  Problem problem(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof TimeoutException) {
        return pace.tooSlow();
      }
    }
    return RequestBody.BROKEN_OFF;
  }

  /** Returns the answer to a body that comes too slowly. */
  Problem tooSlow() {
    return pace.tooSlow();
  }

  private void setWakeMs(long ms) {
    if (wakeMs == idleTimeoutMs) {
      // However this request ends, the connection goes on with the next one.
      Request.addCompletionListener(request, _ -> connection.setIdleTimeout(idleTimeoutMs));
    }
    wakeMs = ms;
    connection.setIdleTimeout(ms);
  }
}
