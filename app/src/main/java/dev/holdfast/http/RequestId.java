package dev.holdfast.http;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.MDC;

/**
 * The id that nginx gives a request and writes to its access log. What is logged on the request's
 * thread carries it, and so does an answer that is an error. A request without one, or with one
 * that nobody sane would make, has none.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class RequestId {
  /** As nginx hands it down, and as an answer has it. */
  public static final String HEADER = "X-Request-Id";

  /** What it is called in the log. */
  private static final String KEY = "request_id";

  /** nginx makes 32 hexadecimal digits; UUIDs and the like of clients without nginx fit, too. */
  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private RequestId() {}

  /** The id of the request that this thread works for. */
  public static Optional<String> current() {
    return Optional.ofNullable(MDC.get(KEY));
  }

  /** The same task, to be run on another thread for the request that this one works for. */
  public static Runnable carried(Runnable task) {
    Optional<String> id = current();
    return id.isEmpty() ? task : () -> runWith(id.get(), task);
  }

  /** {@link #carried} of a task that has a result. */
  public static <T> Callable<T> carriedCall(Callable<T> task) {
    Optional<String> id = current();
    return id.isEmpty() ? task : () -> callWith(id.get(), task);
  }

  private static <T> T callWith(String id, Callable<T> task) throws Exception {
    try (var _ = MDC.putCloseable(KEY, id)) {
      return task.call();
    }
  }

  private static void runWith(String id, Runnable task) {
    try (var _ = MDC.putCloseable(KEY, id)) {
      task.run();
    }
  }

  /** Runs a task for a request, on whichever thread. */
  static void runFor(Request request, Runnable task) {
    Optional<String> id = current().isPresent() ? Optional.empty() : of(request);
    if (id.isEmpty()) {
      task.run();
    } else {
      runWith(id.get(), task);
    }
  }

  /** The id of a request. */
  static Optional<String> of(Request request) {
    List<String> sent = request.getHeaders().getValuesList(HEADER);
    return sent.size() == 1 && VALID.matcher(sent.getFirst()).matches()
        ? Optional.of(sent.getFirst())
        : Optional.empty();
  }

  /** Sets the id while a request is handled, which happens on one thread. */
  static final class Setter extends Handler.Wrapper {
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      Optional<String> id = of(request);
      if (id.isEmpty()) {
        return super.handle(request, response, callback);
      }
      try (var _ = MDC.putCloseable(KEY, id.get())) {
        return super.handle(request, response, callback);
      }
    }
  }
}
