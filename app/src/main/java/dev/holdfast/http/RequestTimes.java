package dev.holdfast.http;

import dev.holdfast.metrics.RequestMeters;
import java.util.Set;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;

/** Counts every request and its time, including those that Jetty answers itself. */
final class RequestTimes implements RequestLog {
  /**
   * The methods with series of their own. All others share one, since clients could make up any
   * number of them.
   */
  private static final Set<String> METHODS =
      Set.of("DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT");

  private final RequestMeters meters;

  RequestTimes(RequestMeters meters) {
    this.meters = meters;
  }

  @Override
  public void log(Request request, Response response) {
    String method = METHODS.contains(request.getMethod()) ? request.getMethod() : "other";
    int status = response.getStatus();
    long durationNanos = System.nanoTime() - request.getHeadersNanoTime();
    meters.requestAnswered(method, status, outcome(status), durationNanos);
  }

  private static String outcome(int status) {
    return switch (status / 100) {
      case 1 -> "informational";
      case 2 -> "success";
      case 3 -> "redirection";
      case 4 -> "client_error";
      default -> "server_error";
    };
  }
}
