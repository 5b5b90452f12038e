package dev.holdfast.http;

import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Bounds the requests in progress. Further ones wait for a place on their virtual threads, the
 * oldest first; there are at most as many as connections. What is answered at once ({@link
 * QuickAnswers}) does not come here. {@code /health} and {@code /metrics} need no place: a crowded
 * service is not a broken one, and who looks at it wants to see that.
 *
 * <p>Not Jetty's QoSHandler: where it resumes a request it spins until another thread has queued
 * it, and on virtual threads that other one may never get to run (docs/architecture.md, Decisions).
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Places extends Handler.Wrapper {
  private static final Set<String> PLACELESS = Set.of(HttpService.HEALTH, HttpService.METRICS);

  private final Semaphore places;
  private final long waitMs;

  /**
   * @param count requests in progress at once, 1 or more
   * @param waitMs how long a request waits for a place before it is answered 503, in milliseconds
   */
  Places(int count, long waitMs) {
    this.places = new Semaphore(count, true);
    this.waitMs = waitMs;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (PLACELESS.contains(Request.getPathInContext(request))) {
      return super.handle(request, response, callback);
    }
    if (!places.tryAcquire(waitMs, TimeUnit.MILLISECONDS)) {
      Response.writeError(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503);
      return true;
    }
    Request.addCompletionListener(request, _ -> places.release());
    return super.handle(request, response, callback);
  }
}
