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
 * @param detail the fault and, if possible, its remedy
 * @param headers headers of the answer, such as {@code Allow} or {@code Retry-After}
 * @param effect the effect of a write that gets this answer
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

  /**
   * Returns a problem without further headers. A write that gets this answer has changed nothing.
   */
  public static Problem of(int status, String detail) {
    return new Problem(status, detail, Map.of(), Effect.NONE);
  }

  /** A 503 that says to come back in a second; a write that is answered so has changed nothing. */
  public static Problem unavailable(String detail) {
    return unavailable(detail, RETRY_AFTER_S);
  }

  /**
   * Returns a 503 that says when to come back. A write that gets this answer has changed nothing.
   *
   * @param detail a sentence on what is not available
   * @param retryAfterSeconds seconds until a new try is worth it, 1 or more (RFC 9110, 10.2.3)
   */
  public static Problem unavailable(String detail, int retryAfterSeconds) {
    return of(503, detail).with("Retry-After", Integer.toString(retryAfterSeconds));
  }

  /** Returns this problem with one more header. */
  public Problem with(String header, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Problem(status, detail, more, effect);
  }

  /** Returns this problem with another effect. */
  public Problem with(Effect other) {
    return new Problem(status, detail, headers, other);
  }

  /** Returns this problem with a detail that names the effect. */
  Problem forWrite() {
    return Effect.saidIn(detail).isPresent()
        ? this
        : new Problem(status, detail + effect.asEnd(), headers, effect);
  }

  /** Returns the problem as an exception, for code from which it cannot be returned. */
  public ProblemException asException() {
    return new ProblemException(this);
  }

  /** Returns the body: {@code title}, {@code status} and {@code detail}, in UTF-8 JSON. */
  public String body() {
    var out = new StringWriter(128);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("title", HttpStatus.getMessage(status));
      json.writeNumberField("status", status);
      json.writeStringField("detail", detail);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a problem could not be written", e);
    }
    return out.toString();
  }
}
