package dev.holdfast.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;

/**
 * A request that may be answered at once, see {@link QuickAnswers}. No method waits for the client.
 *
 * <p>Threading: for one thread at a time.
 */
public final class QuickRequest implements Exchange {
  private static final HttpField NO_STORE =
      new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");
  private static final HttpField NO_SNIFF =
      new PreEncodedHttpField("X-Content-Type-Options", "nosniff");

  private static final byte[] NOTHING = {};

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final ServerErrors errors;
  private boolean isWrite;

  QuickRequest(Request request, Response response, Callback callback, ServerErrors errors) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.errors = errors;
    this.isWrite = Effect.isWrite(request.getMethod());
  }

  /** Returns GET, DELETE, PUT or POST. */
  @Override
  public String method() {
    return request.getMethod();
  }

  /** Returns the announced length, see {@link QuickAnswers#take}, or -1 if none is announced. */
  @Override
  public long length() {
    return request.getLength();
  }

  @Override
  public String path() {
    return Objects.requireNonNullElse(request.getHttpURI().getPath(), "");
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(request.getHeaders().get(name));
  }

  /**
   * Reads the body. A request that breaks off, or comes too slowly, is answered here.
   *
   * @param then gets the body once all of it is there, on a thread that must not wait
   */
  public void body(Consumer<byte[]> then) {
    read(new Body((int) Math.max(0, length()), then));
  }

  /** Runs a task when the request has ended, however it does. */
  public void onEnd(Runnable task) {
    Request.addCompletionListener(request, _ -> task.run());
  }

  /** A body that comes in; it has memory for what has come and little more. */
  private static final class Body {
    final int length;
    final Consumer<byte[]> then;
    byte[] bytes = NOTHING;
    int size;
    BodyTimer timer; // null before it was waited for

    Body(int length, Consumer<byte[]> then) {
      this.length = length;
      this.then = then;
    }

    void add(ByteBuffer more) {
      int count = more.remaining();
      if (size + count > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(size + count, Math.min(length, 2 * size)));
      }
      more.get(bytes, size, count);
      size += count;
    }
  }

  private void read(Body body) {
    try {
      boolean inTime = body.timer == null || body.timer.end(body.size);
      for (Content.Chunk chunk = request.read(); chunk != null; chunk = request.read()) {
        if (Content.Chunk.isFailure(chunk)) {
          answer(
              body.timer == null ? RequestBody.BROKEN_OFF : body.timer.problem(chunk.getFailure()));
          return;
        }
        body.add(chunk.getByteBuffer());
        chunk.release();
        if (chunk.isLast()) {
          end(body);
          return;
        }
      }
      if (!inTime) {
        answer(body.timer.tooSlow());
        return;
      }
      if (body.timer == null) {
        body.timer = new BodyTimer(request);
      }
      body.timer.begin(body.size);
      request.demand(Invocable.from(InvocationType.NON_BLOCKING, () -> read(body)));
    } catch (RuntimeException | Error e) { // nobody else would answer
      fail(e instanceof RuntimeException unforeseen ? unforeseen : new IllegalStateException(e));
    }
  }

  private void end(Body body) {
    if (body.size < body.length) {
      answer(RequestBody.BROKEN_OFF);
    } else {
      body.then.accept(body.bytes);
    }
  }

  @Override
  public <T> void note(Class<T> type, T found) {
    request.setAttribute(type.getName(), found);
  }

  @Override
  public <T> Optional<T> noted(Class<T> type) {
    return Optional.ofNullable(request.getAttribute(type.getName())).map(type::cast);
  }

  @Override
  public QuickRequest write() {
    isWrite = true;
    return this;
  }

  @Override
  public QuickRequest with(String header, String value) {
    response.getHeaders().add(header, value);
    return this;
  }

  @Override
  public QuickRequest with(FixedHeader header) {
    response.getHeaders().add(header.field());
    return this;
  }

  /** Forbids everyone to store the answer. */
  public QuickRequest notStored() {
    response.getHeaders().add(NO_STORE);
    return this;
  }

  @Override
  public void answer(String contentType, byte[] body) {
    response.getHeaders().add(HttpHeader.CONTENT_TYPE, contentType);
    send(body);
  }

  @Override
  public void answer(int status) {
    response.setStatus(status);
    send(NOTHING);
  }

  @Override
  public void answer(Problem problem) {
    if (problem.status() >= 500) {
      RequestId.runFor(
          request,
          () -> errors.answered(problem.status(), request.getMethod(), target(), problem.detail()));
    }
    send(problem);
  }

  /**
   * Answers 500, or 503 for want of file descriptors, and logs why, or ends the connection if there
   * is a part of an answer already. For what nobody foresaw.
   */
  public void fail(Exception e) {
    Problem[] problem = {null};
    RequestId.runFor(
        request, () -> problem[0] = errors.unexpected(request.getMethod(), target(), e));
    if (response.isCommitted()) {
      callback.failed(e);
    } else {
      response.reset();
      send(problem[0]);
    }
  }

  private String target() {
    return request.getHttpURI().getPathQuery();
  }

  private void send(Problem found) {
    Problem problem = isWrite ? found.forWrite() : found;
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
