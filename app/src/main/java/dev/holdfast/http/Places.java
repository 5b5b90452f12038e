package dev.holdfast.http;

import java.util.Set;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Bounds the requests in progress, by three bulkheads:
 *
 * <ul>
 *   <li>requests that send a body or delete;
 *   <li>requests that wait for somebody else ({@link RequestPlace});
 *   <li>all others.
 * </ul>
 *
 * If a bulkhead is full, its next requests wait for a place on their virtual threads, the oldest
 * first, up to a bound. Requests that are answered at once ({@link QuickAnswers}) do not come here.
 * Health and status need no place and are never refused: a crowded service is not broken, and its
 * operator wants to see that.
 *
 * <p>It does not use Jetty's QoSHandler, which spins before it resumes a request, until another
 * thread has queued it. On virtual threads that other thread may never run (docs/architecture.md,
 * Decisions).
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Places extends Handler.Wrapper {
  /** The answer to a request for which there is no place. */
  static final Problem CROWDED =
      Problem.unavailable("too many requests are in progress here; try again in a moment");

  private static final Set<String> PLACELESS =
      Set.of(HttpService.HEALTH, HttpService.METRICS, "/status", "/settle");

  private static final Set<String> LOCAL_METHODS =
      Set.of(
          HttpMethod.GET.asString(),
          HttpMethod.HEAD.asString(),
          HttpMethod.OPTIONS.asString(),
          HttpMethod.TRACE.asString());

  /** The most requests that wait for a place. A further one is refused at once. */
  private static final int QUEUE_MAX = 512;

  private final Bulkhead local;
  private final Bulkhead uploads;
  private final Bulkhead waiting;
  private final Semaphore queue = new Semaphore(QUEUE_MAX);
  private final long queueWaitMs;

  Places(HttpLimits limits) {
    this.local = new Bulkhead(limits.requestsMax());
    this.uploads = new Bulkhead(limits.uploadsMax());
    this.waiting = new Bulkhead(limits.waitingMax());
    this.queueWaitMs = limits.queueWaitMs();
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (PLACELESS.contains(Request.getPathInContext(request))) {
      return super.handle(request, response, callback);
    }
    Bulkhead home = LOCAL_METHODS.contains(request.getMethod()) ? local : uploads;
    if (!enter(home)) {
      Response.writeError(request, response, callback, CROWDED.status());
      return true;
    }
    var place = new RequestPlace(home, waiting, queueWaitMs);
    Request.addCompletionListener(request, _ -> place.end());
    return place.call(() -> super.handle(request, response, callback));
  }

  private boolean enter(Bulkhead home) throws InterruptedException {
    if (home.enter(0)) {
      return true;
    }
    if (!queue.tryAcquire()) {
      return false;
    }
    try {
      return home.enter(queueWaitMs);
    } finally {
      queue.release();
    }
  }
}
