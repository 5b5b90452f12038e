package dev.holdfast.origin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/** What the answers of the file server mean. */
final class Answers {
  /** Of an error text, as much as is worth reading and showing. */
  private static final int TEXT_BYTES_MAX = 1024;

  /**
   * The file server announces the length of an answer up to this long when it has written all of it
   * (Go's {@code bufferBeforeChunkingSize}): an error text at the end is counted in.
   */
  private static final int COUNTED_BYTES_MAX = 2048;

  private static final int BUFFER_BYTES = 64 * 1024;

  private static final String FILE_TYPE = ContentType.APPLICATION_OCTET_STREAM.getMimeType();

  private Answers() {}

  /**
   * Returns true if it is the one answer that a server may send to a connection on which nothing
   * was asked (RFC 9110, 15.5.9).
   */
  static boolean mayBeUnasked(HttpResponse answer) {
    return answer.getCode() == HttpStatus.SC_REQUEST_TIMEOUT;
  }

  /**
   * Returns true if a gateway gave the answer since it had none of the file server in time, or none
   * that it understood (RFC 9110, 15.6.3 and 15.6.5): the request may go on behind it.
   */
  static boolean mayGoOn(HttpResponse answer) {
    return answer.getCode() == HttpStatus.SC_BAD_GATEWAY
        || answer.getCode() == HttpStatus.SC_GATEWAY_TIMEOUT;
  }

  /**
   * Reads the answer to a GET.
   *
   * @throws SinkException if the sink did not take the bytes
   * @throws TooLongException if there are more bytes than the bound
   * @throws IOException if the answer broke off
   */
  static GetOutcome get(ClassicHttpResponse answer, String file, BodySink sink, long bytesMax)
      throws IOException {
    return switch (answer.getCode()) {
      case HttpStatus.SC_OK ->
          isFile(answer)
              ? body(answer.getEntity(), file, sink, bytesMax)
              : new GetOutcome.Failed(nonsense(answer));
      case HttpStatus.SC_NOT_FOUND -> absence(answer);
      default -> new GetOutcome.Failed(failure(answer));
    };
  }

  /** Reads the answer to a PUT that was sent at that moment. */
  static WriteOutcome put(ClassicHttpResponse answer, long sentNanos) throws IOException {
    return switch (answer.getCode()) {
      // A 200 may carry an error text, and is none of its answers to a PUT.
      case HttpStatus.SC_CREATED, HttpStatus.SC_NO_CONTENT -> confirmed(answer, sentNanos);
      default -> new WriteOutcome.Failed(failure(answer));
    };
  }

  /**
   * Reads the answer to a DELETE that was sent at that moment: a file that was not there is as good
   * as deleted.
   */
  static WriteOutcome delete(ClassicHttpResponse answer, long sentNanos) throws IOException {
    return switch (answer.getCode()) {
      case HttpStatus.SC_OK, HttpStatus.SC_NO_CONTENT -> confirmed(answer, sentNanos);
      case HttpStatus.SC_NOT_FOUND ->
          switch (absence(answer)) {
            case GetOutcome.Failed(Failure failure) -> new WriteOutcome.Failed(failure);
            case GetOutcome.Absent absent -> new WriteOutcome.Confirmed(sentNanos);
            case GetOutcome.Found found -> throw new IllegalStateException("found in a 404");
          };
      default -> new WriteOutcome.Failed(failure(answer));
    };
  }

  private static WriteOutcome confirmed(ClassicHttpResponse answer, long sentNanos)
      throws IOException {
    EntityUtils.consume(answer.getEntity());
    return new WriteOutcome.Confirmed(sentNanos);
  }

  /** A 404 of the router means that the address is wrong, and says nothing of the file. */
  private static GetOutcome absence(ClassicHttpResponse answer) throws IOException {
    String text = text(answer);
    return text.startsWith("404 page not found")
        ? new GetOutcome.Failed(new Failure.Nonsense(404, text))
        : new GetOutcome.Absent();
  }

  private static boolean isFile(ClassicHttpResponse answer) {
    HttpEntity entity = answer.getEntity();
    if (entity == null || entity.getContentType() == null) {
      return false;
    }
    ContentType type = ContentType.parseLenient(entity.getContentType());
    return type != null && type.getMimeType().equalsIgnoreCase(FILE_TYPE);
  }

  private static GetOutcome body(HttpEntity entity, String file, BodySink sink, long bytesMax)
      throws IOException {
    var tail = new ErrorTail(file);
    long announced = entity.getContentLength();
    // Not empty, however short the file.
    var buffer = new byte[announced < 0 ? BUFFER_BYTES : Math.clamp(announced, 1, BUFFER_BYTES)];
    long length = 0;
    // Closed by HttpClient: after a failure with the connection, where closing the stream would
    // read all that is left.
    InputStream in = entity.getContent();
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      length += n;
      if (length > bytesMax) {
        throw new TooLongException(bytesMax);
      }
      tail.add(buffer, 0, n);
      try {
        sink.write(buffer, 0, n);
      } catch (IOException e) {
        throw new SinkException(e);
      }
    }
    boolean mayHaveATail = announced <= COUNTED_BYTES_MAX;
    return new GetOutcome.Found(length, mayHaveATail && tail.looksLikeError());
  }

  private static Failure failure(ClassicHttpResponse answer) throws IOException {
    return switch (answer.getCode()) {
      case HttpStatus.SC_TOO_MANY_REQUESTS, HttpStatus.SC_SERVICE_UNAVAILABLE ->
          new Failure.Busy("the file server says: " + answer.getCode() + " " + text(answer));
      default -> nonsense(answer);
    };
  }

  private static Failure nonsense(ClassicHttpResponse answer) throws IOException {
    return new Failure.Nonsense(
        answer.getCode(), "the file server says: " + answer.getCode() + " " + text(answer));
  }

  private static String text(ClassicHttpResponse answer) throws IOException {
    HttpEntity entity = answer.getEntity();
    if (entity == null) {
      return "";
    }
    try (InputStream in = entity.getContent()) {
      return new String(in.readNBytes(TEXT_BYTES_MAX), StandardCharsets.UTF_8).strip();
    }
  }
}
