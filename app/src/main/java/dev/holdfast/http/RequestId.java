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
 * The id that nginx gives a request and writes to its access log. Log lines of the request's thread
 * and error answers carry it. A request without an id, or with a malformed one, has none.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class RequestId {
  /** The header of the id, in requests from nginx and in answers. */
  public static final String HEADER = "X-Request-Id";

  /** The key of the id in the log. */
  private static final String KEY = "request_id";

  /**
   * The form of an id. nginx makes 32 hexadecimal digits. UUIDs of clients without nginx fit, too.
   */
  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private RequestId() {}

  /** Returns the id of the request that this thread works for. */
  public static Optional<String> current() {
    return Optional.ofNullable(MDC.get(KEY));
  }

  /** Returns the task with the id of this thread's request, for another thread to run. */
  public static Runnable carried(Runnable task) {
    Optional<String> id = current();
    return id.isEmpty() ? task : () -> runWith(id.get(), task);
  }

  /** Returns the same as {@link #carried} for a task with a result. */
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

  /** Runs a task with the id of a request, on this thread. */
  static void runFor(Request request, Runnable task) {
    Optional<String> id = current().isPresent() ? Optional.empty() : of(request);
    if (id.isEmpty()) {
      task.run();
    } else {
      runWith(id.get(), task);
    }
  }

  /** Returns the id of a request. */
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
