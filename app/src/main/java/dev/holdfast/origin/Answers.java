package dev.holdfast.origin;

import dev.holdfast.names.StoredName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/** Says what the answers of the file server mean. */
final class Answers {
  /** How much of an error text is read and shown. */
  private static final int TEXT_BYTES_MAX = 1024;

  /**
   * The file server announces the length of an answer up to this long when it has written all of it
   * (Go's {@code bufferBeforeChunkingSize}): an error text at the end is counted in.
   */
  private static final int COUNTED_BYTES_MAX = 2048;

  private static final int BUFFER_BYTES = 64 * 1024;

  /** A body that is not wanted is read up to this length, so that its connection can be kept. */
  private static final int UNWANTED_BYTES_MAX = 64 * 1024;

  /** The coding that is none (RFC 9110, 12.5.3). */
  static final String NOT_CODED = "identity";

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
   * @throws NonsenseException if the answer is none to what was asked, or longer than the bound
   * @throws IOException if the answer broke off
   */
  static GetOutcome get(ClassicHttpResponse answer, StoredName name, BodySink sink, long bytesMax)
      throws IOException {
    return switch (answer.getCode()) {
      case HttpStatus.SC_OK -> content(answer, name, sink, bytesMax);
      case HttpStatus.SC_PARTIAL_CONTENT ->
          new GetOutcome.Failed(unwanted(answer, "a part of the file, which nobody asked for"));
      case HttpStatus.SC_NOT_FOUND -> absence(answer);
      default -> new GetOutcome.Failed(failure(answer));
    };
  }

  private static GetOutcome content(
      ClassicHttpResponse answer, StoredName name, BodySink sink, long bytesMax)
      throws IOException {
    if (isCoded(answer)) {
      return new GetOutcome.Failed(unwanted(answer, "the file coded, which nobody asked for"));
    }
    if (answer.containsHeader(HttpHeaders.CONTENT_RANGE)) {
      return new GetOutcome.Failed(unwanted(answer, "a range of the file, which nobody asked for"));
    }
    if (!isFile(answer)) {
      return new GetOutcome.Failed(nonsense(answer));
    }
    HttpEntity entity = answer.getEntity();
    if (entity.getContentLength() < 0 && !entity.isChunked()) {
      // A connection that broke would look like the end of the file (RFC 9112, 8).
      return new GetOutcome.Failed(unwanted(answer, "a file without an end"));
    }
    return body(entity, name, sink, bytesMax);
  }

  /** Reads the answer to a PUT that was sent at that moment. */
  static ChangeOutcome put(ClassicHttpResponse answer, long sentNanos) throws IOException {
    return switch (answer.getCode()) {
      case HttpStatus.SC_CREATED, HttpStatus.SC_NO_CONTENT -> confirmed(answer, sentNanos);
      default -> isSuccess(answer) ? unclear(answer, sentNanos) : failed(answer);
    };
  }

  /**
   * Reads the answer to a DELETE that was sent at that moment: a file that was not there is as good
   * as deleted.
   */
  static ChangeOutcome delete(ClassicHttpResponse answer, long sentNanos) throws IOException {
    return switch (answer.getCode()) {
      case HttpStatus.SC_OK, HttpStatus.SC_NO_CONTENT -> confirmed(answer, sentNanos);
      case HttpStatus.SC_NOT_FOUND ->
          switch (absence(answer)) {
            case GetOutcome.Failed(Failure failure) -> new ChangeOutcome.Failed(failure);
            case GetOutcome.Absent absent -> new ChangeOutcome.Confirmed(sentNanos);
            case GetOutcome.Found found -> throw new IllegalStateException("found in a 404");
          };
      default -> isSuccess(answer) ? unclear(answer, sentNanos) : failed(answer);
    };
  }

  private static boolean isSuccess(ClassicHttpResponse answer) {
    return answer.getCode() >= HttpStatus.SC_OK && answer.getCode() < HttpStatus.SC_REDIRECTION;
  }

  /**
   * Reads a success that is not the usual one. A 200 without a body says that it is done (RFC 9110,
   * 9.3.4). A text under a 200 may say why it is not: a server that forgets the status of an error
   * says 200, as the challenge's does to a GET.
   */
  private static ChangeOutcome unclear(ClassicHttpResponse answer, long sentNanos)
      throws IOException {
    byte[] start = start(answer);
    if (answer.getCode() == HttpStatus.SC_OK && start.length == 0) {
      return new ChangeOutcome.Confirmed(sentNanos);
    }
    String detail = says(answer, text(answer, start));
    return new ChangeOutcome.Failed(new Failure.Unclear(sentNanos, detail));
  }

  private static ChangeOutcome failed(ClassicHttpResponse answer) throws IOException {
    return new ChangeOutcome.Failed(failure(answer));
  }

  private static ChangeOutcome confirmed(ClassicHttpResponse answer, long sentNanos)
      throws IOException {
    EntityUtils.consume(answer.getEntity());
    return new ChangeOutcome.Confirmed(sentNanos);
  }

  /** A 404 of the router means that the address is wrong, and says nothing of the file. */
  private static GetOutcome absence(ClassicHttpResponse answer) throws IOException {
    if (isCoded(answer)) {
      return new GetOutcome.Failed(unwanted(answer, "404 and why, coded"));
    }
    String text = text(answer, start(answer));
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

  private static GetOutcome body(HttpEntity entity, StoredName name, BodySink sink, long bytesMax)
      throws IOException {
    var tail = new ErrorTail(name);
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
        throw new NonsenseException(
            HttpStatus.SC_OK, "the file is longer than the bound of " + bytesMax + " bytes");
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
          new Failure.Busy(says(answer, text(answer, start(answer))));
      default -> nonsense(answer);
    };
  }

  private static Failure nonsense(ClassicHttpResponse answer) throws IOException {
    return new Failure.Nonsense(answer.getCode(), says(answer, text(answer, start(answer))));
  }

  private static String says(ClassicHttpResponse answer, String text) {
    return "the file server says: " + answer.getCode() + " " + text;
  }

  /**
   * The failure of an answer whose body nobody wants. A long body is not read.
   *
   * @throws NonsenseException with the same failure, if the rest of the body is to be cut off
   */
  private static Failure unwanted(ClassicHttpResponse answer, String what) throws IOException {
    var nonsense = new NonsenseException(answer.getCode(), "the file server sends " + what);
    HttpEntity entity = answer.getEntity();
    if (entity != null
        && (entity.getContentLength() < 0 || entity.getContentLength() > UNWANTED_BYTES_MAX)) {
      throw nonsense;
    }
    EntityUtils.consume(entity);
    return nonsense.failure();
  }

  /** Returns true if the body is something else than the bytes of the file (RFC 9110, 8.4). */
  private static boolean isCoded(ClassicHttpResponse answer) {
    return Arrays.stream(answer.getHeaders(HttpHeaders.CONTENT_ENCODING))
        .flatMap(header -> Arrays.stream(header.getValue().split(",", -1)))
        .map(String::strip)
        .anyMatch(coding -> !coding.isEmpty() && !coding.equalsIgnoreCase(NOT_CODED));
  }

  /** The first bytes of a body that is read to its end. */
  private static byte[] start(ClassicHttpResponse answer) throws IOException {
    HttpEntity entity = answer.getEntity();
    if (entity == null) {
      return new byte[0];
    }
    try (InputStream in = entity.getContent()) {
      return in.readNBytes(TEXT_BYTES_MAX);
    }
  }

  private static String text(ClassicHttpResponse answer, byte[] start) {
    return isCoded(answer) ? "(coded)" : new String(start, StandardCharsets.UTF_8).strip();
  }
}
