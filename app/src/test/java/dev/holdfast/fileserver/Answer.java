package dev.holdfast.fileserver;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The answer of a server. */
final class Answer {
  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;
  private final boolean whole;

  /**
   * @param headers by name in small letters
   */
  Answer(int status, Map<String, String> headers, byte[] body, boolean whole) {
    this.status = status;
    this.headers = Map.copyOf(headers);
    this.body = body.clone();
    this.whole = whole;
  }

  int status() {
    return status;
  }

  byte[] body() {
    return body.clone();
  }

  /** Returns true if the body came to its end, or false if the connection was cut. */
  boolean whole() {
    return whole;
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** Returns the type of the content, however it is spelt. */
  String contentType() {
    return header("content-type").orElse("none").replace(" ", "").toLowerCase(Locale.ROOT);
  }
}
