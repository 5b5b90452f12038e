package dev.holdfast.testkit;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One client's connection. It is opened when a request needs it, kept as long as possible, and
 * broken off when a request takes too long.
 *
 * <p>Threading: for one thread.
 */
final class HostileConnection implements AutoCloseable {
  private final URI base;
  private final Duration requestTimeout;
  private final ScheduledExecutorService timer;
  private RawHttp open;

  /** Sends one request. */
  interface Sender {
    void send(RawHttp http) throws IOException;
  }

  /** The outcome of a request. */
  sealed interface Answer {}

  record Answered(RawResponse response) implements Answer {}

  /** There was no connection, so the server knows nothing of the request. */
  record NeverSent() implements Answer {}

  /** The connection broke before the answer was whole. */
  record Lost() implements Answer {}

  record TimedOut() implements Answer {}

  HostileConnection(URI base, Duration requestTimeout, ScheduledExecutorService timer) {
    this.base = base;
    this.requestTimeout = requestTimeout;
    this.timer = timer;
  }

  /** Sends a request and waits for its answer, within the time-out for both together. */
  Answer exchange(Sender request) {
    RawHttp http;
    try {
      http = open == null ? RawHttp.connect(base, requestTimeout) : open;
    } catch (IOException _) {
      return new NeverSent();
    }
    open = http;
    AtomicBoolean late = new AtomicBoolean();
    Future<?> deadline =
        timer.schedule(
            () -> {
              late.set(true);
              breakOff(http);
            },
            requestTimeout.toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      return answer(http, request);
    } catch (SocketTimeoutException _) {
      close();
      return new TimedOut();
    } catch (IOException _) {
      close();
      return late.get() ? new TimedOut() : new Lost();
    } finally {
      deadline.cancel(false);
    }
  }

  private Answer answer(RawHttp http, Sender request) throws IOException {
    boolean sent = true;
    try {
      request.send(http);
    } catch (IOException _) {
      // A server may refuse a body and close before the body is through. Its answer can still be
      // read.
      sent = false;
    }
    RawResponse response = http.finalResponse();
    if (!sent || !http.isReusable()) {
      close();
    }
    return new Answered(response);
  }

  private static void breakOff(RawHttp http) {
    try {
      http.reset();
    } catch (IOException _) {
      // Going on is right: it is closed already.
    }
  }

  /** Closes the connection. The next request opens another one. */
  @Override
  public void close() {
    if (open != null) {
      breakOff(open);
      open = null;
    }
  }
}
