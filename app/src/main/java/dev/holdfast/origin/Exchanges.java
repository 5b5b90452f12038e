package dev.holdfast.origin;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the requests on their connections, notes when each began, and tells who listens of the
 * answers.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Exchanges extends HttpRequestExecutor {
  private static final Logger log = LoggerFactory.getLogger(Exchanges.class);
  private static final String SENT_NANOS = "holdfast.sent-nanos";

  private final List<Answered> listeners = new CopyOnWriteArrayList<>();

  /** Adds a listener; returns what removes it again. */
  Runnable add(Answered listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** When the request of this context began to be sent, on {@link System#nanoTime()}. */
  static long sentNanos(HttpContext context) {
    return (long) context.getAttribute(SENT_NANOS);
  }

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request,
      HttpClientConnection to,
      HttpResponseInformationCallback informational,
      HttpContext context)
      throws IOException, HttpException {
    var connection = (OriginConnection) to;
    long sentNanos = connection.begin();
    context.setAttribute(SENT_NANOS, sentNanos);
    ClassicHttpResponse answer = super.execute(request, connection, informational, context);
    if (!Answers.mayBeUnasked(answer)) {
      tell(connection.openedNanos(), sentNanos);
    }
    return answer;
  }

  private void tell(long openedNanos, long sentNanos) {
    for (Answered listener : listeners) {
      try {
        listener.answered(openedNanos, sentNanos);
      } catch (RuntimeException e) {
        log.warn("an answer of the file server could not be taken note of", e);
      }
    }
  }
}
