package dev.holdfast.http;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers what can be answered at once on the thread that has read the request. Any other request
 * goes on to the handlers behind this one, on a virtual thread of its own.
 *
 * <p>To hand a request from thread to thread costs more than many an answer does.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class QuickHandler extends Handler.Wrapper {
  private final QuickAnswers answers;
  private final ServerErrors errors;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http").factory());

  QuickHandler(QuickAnswers answers, ServerErrors errors) {
    this.answers = answers;
    this.errors = errors;
  }

  /** Tells Jetty that it need not have another thread read for the time of a request. */
  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    if (isSmall(request) && isTaken(new QuickRequest(request, response, callback, errors))) {
      return true;
    }
    try {
      threads.execute(() -> handleBehind(request, response, callback));
    } catch (RejectedExecutionException stopped) {
      Response.writeError(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503);
    }
    return true;
  }

  private boolean isTaken(QuickRequest request) {
    try {
      return answers.take(request);
    } catch (RuntimeException e) {
      request.fail(e);
      return true;
    }
  }

  private static boolean isSmall(Request request) {
    HttpFields headers = request.getHeaders();
    if (headers.contains(HttpHeader.TRANSFER_ENCODING) || headers.contains(HttpHeader.EXPECT)) {
      return false;
    }
    boolean hasLength = headers.contains(HttpHeader.CONTENT_LENGTH);
    String method = request.getMethod();
    if (HttpMethod.PUT.is(method)) {
      return hasLength && request.getLength() <= QuickAnswers.BODY_BYTES_MAX;
    }
    if (HttpMethod.POST.is(method)) {
      return request.getLength() <= QuickAnswers.POST_BYTES_MAX;
    }
    boolean hasBody = hasLength && request.getLength() != 0; // some clients say that there is none
    return !hasBody && (HttpMethod.GET.is(method) || HttpMethod.DELETE.is(method));
  }

  private void handleBehind(Request request, Response response, Callback callback) {
    try {
      if (!super.handle(request, response, callback)) {
        Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
      }
    } catch (Throwable e) { // as Jetty does with what a handler throws
      callback.failed(e);
    }
  }

  /** Ends the threads. Requests in progress have had their time to end. */
  @Override
  protected void doStop() throws Exception {
    threads.shutdownNow();
    super.doStop();
  }
}
