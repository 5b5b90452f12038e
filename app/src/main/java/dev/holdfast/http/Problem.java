package dev.holdfast.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpStatus;

/**
 * An error answer: a status, a sentence that helps, and the headers that belong to it. Its body is
 * a problem detail object (RFC 9457).
 *
 * @param status the HTTP status, 400 to 599
 * @param detail what is wrong and, where possible, what to do about it
 * @param headers headers of the answer, such as {@code Allow} or {@code Retry-After}
 * @param effect what a write has done that is answered so
 */
public record Problem(int status, String detail, Map<String, String> headers, Effect effect) {
  /** The media type of a problem body. */
  public static final String CONTENT_TYPE = "application/problem+json";

  /** Seconds until a new try is worth it, where nothing better is known. */
  static final int RETRY_AFTER_S = 1;

  private static final JsonFactory JSON = new JsonFactory();

  public Problem {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status must be 400 to 599, not " + status);
    }
    headers = Map.copyOf(headers);
  }

  /** A problem without further headers; a write that is answered so has changed nothing. */
  public static Problem of(int status, String detail) {
    return new Problem(status, detail, Map.of(), Effect.NONE);
  }

  /** A 503 that says to come back in a second; a write that is answered so has changed nothing. */
  public static Problem unavailable(String detail) {
    return unavailable(detail, RETRY_AFTER_S);
  }

  /**
   * A 503 that says when to come back; a write that is answered so has changed nothing.
   *
   * @param detail what is not available
   * @param retryAfterSeconds seconds until a new try is worth it, 1 or more (RFC 9110, 10.2.3)
   */
  public static Problem unavailable(String detail, int retryAfterSeconds) {
    return of(503, detail).with("Retry-After", Integer.toString(retryAfterSeconds));
  }

  /** This problem with one more header. */
  public Problem with(String header, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Problem(status, detail, more, effect);
  }

  /** This problem for a write that has done something. */
  public Problem with(Effect other) {
    return new Problem(status, detail, headers, other);
  }

  /** This problem with a detail that says what a write has done. */
  Problem forWrite() {
    return Effect.saidIn(detail).isPresent()
        ? this
        : new Problem(status, detail + effect.asEnd(), headers, effect);
  }

  /** The problem as an exception, for code from which it cannot be returned. */
  public ProblemException asException() {
    return new ProblemException(this);
  }

  /** The body: {@code title}, {@code status} and {@code detail}, in UTF-8 JSON. */
  public String body() {
    var out = new StringWriter(128);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("title", HttpStatus.getMessage(status));
      json.writeNumberField("status", status);
      json.writeStringField("detail", detail);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string writer does not fail", e);
    }
    return out.toString();
  }
}
