package dev.holdfast.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * A GET without a body that may be answered at once, see {@link QuickAnswers}. No method waits for
 * the client.
 *
 * <p>Threading: for one thread at a time.
 */
public final class QuickRequest {
  private static final HttpField NO_STORE =
      new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");
  private static final HttpField NO_SNIFF =
      new PreEncodedHttpField("X-Content-Type-Options", "nosniff");

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final ServerErrors errors;

  QuickRequest(Request request, Response response, Callback callback, ServerErrors errors) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.errors = errors;
  }

  /** The path as the client wrote it, without the query; empty if there is none. */
  public String path() {
    return Objects.requireNonNullElse(request.getHttpURI().getPath(), "");
  }

  /** A header of the request; the first of its name. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(request.getHeaders().get(name));
  }

  /** Gives the answer one more header. */
  public QuickRequest with(String header, String value) {
    response.getHeaders().add(header, value);
    return this;
  }

  /** Forbids everyone to store the answer. */
  public QuickRequest notStored() {
    response.getHeaders().add(NO_STORE);
    return this;
  }

  /**
   * Answers 200.
   *
   * @param body others may share it; it must not be changed
   */
  public void answer(String contentType, byte[] body) {
    response.getHeaders().add(HttpHeader.CONTENT_TYPE, contentType);
    send(body);
  }

  /** Answers with a problem, as {@link HttpService#answer} does. */
  public void answer(Problem problem) {
    if (problem.status() >= 500) {
      RequestId.runFor(
          request,
          () -> errors.answered(problem.status(), request.getMethod(), target(), problem.detail()));
    }
    send(problem);
  }

  /** Answers 500, or ends the connection if there is a part of an answer already. */
  void fail(RuntimeException e) {
    RequestId.runFor(request, () -> errors.unexpected(request.getMethod(), target(), e));
    if (response.isCommitted()) {
      callback.failed(e);
    } else {
      response.reset();
      send(HttpService.UNEXPECTED);
    }
  }

  private String target() {
    return request.getHttpURI().getPathQuery();
  }

  private void send(Problem problem) {
    response.setStatus(problem.status());
    RequestId.of(request).ifPresent(id -> response.getHeaders().put(RequestId.HEADER, id));
    problem.headers().forEach(response.getHeaders()::put);
    response.getHeaders().put(NO_STORE);
    response.getHeaders().put(NO_SNIFF);
    answer(Problem.CONTENT_TYPE, problem.body().getBytes(StandardCharsets.UTF_8));
  }

  private void send(byte[] body) {
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    response.write(true, ByteBuffer.wrap(body), callback);
  }
}
