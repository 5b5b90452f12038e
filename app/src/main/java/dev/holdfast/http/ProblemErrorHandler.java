package dev.holdfast.http;

import java.util.Objects;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Gives the same problem body to errors that Jetty finds itself, before any handler of ours. */
final class ProblemErrorHandler extends ErrorHandler {
  private final ServerErrors errors;

  ProblemErrorHandler(ServerErrors errors) {
    this.errors = errors;
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      String message,
      Throwable cause,
      Callback callback) {
    boolean mayHaveBegun = code >= 500 && code != HttpStatus.SERVICE_UNAVAILABLE_503;
    Problem found =
        Problem.of(code, detail(code, message)).with(mayHaveBegun ? Effect.UNKNOWN : Effect.NONE);
    // A malformed request may have an unknown method.
    boolean isRead =
        HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod());
    Problem problem = isRead ? found : found.forWrite();
    if (code >= 500) {
      RequestId.runFor(
          request,
          () ->
              errors.answered(
                  code, request.getMethod(), request.getHttpURI().asString(), problem.detail()));
    }
    RequestId.of(request).ifPresent(id -> response.getHeaders().put(RequestId.HEADER, id));
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
    if (code == HttpStatus.SERVICE_UNAVAILABLE_503) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, Problem.RETRY_AFTER_S);
    }
    Content.Sink.write(response, true, problem.body(), callback);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    // Jetty's default answers some methods without a body. Here all of them get the problem.
    int code = response.getStatus();
    var message = (String) request.getAttribute(ErrorHandler.ERROR_MESSAGE);
    var cause = (Throwable) request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
    generateCacheControl(response);
    generateResponse(request, response, code, message, cause, callback);
    return true;
  }

  private static String detail(int code, String message) {
    return switch (code) {
      case HttpStatus.BAD_REQUEST_400 ->
          "the request is malformed: look for a broken percent-encoding, a zero byte, a path that"
              + " leads above its root, or a bad header";
      case HttpStatus.URI_TOO_LONG_414 -> "the target of the request is too long";
      case HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431 ->
          "a header line, or all of them together, is too long";
      case HttpStatus.SERVICE_UNAVAILABLE_503 ->
          "too many requests are in progress here; try again in a moment";
      default -> Objects.requireNonNullElse(message, HttpStatus.getMessage(code));
    };
  }
}
