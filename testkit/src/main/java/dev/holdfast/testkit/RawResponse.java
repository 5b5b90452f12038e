package dev.holdfast.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;

/** A response as it came over the wire. */
public final class RawResponse {
  private final String version;
  private final int status;
  private final List<Header> headers;
  private final byte[] body;

  /** One header line; a header may have several. */
  public record Header(String name, String value) {}

  RawResponse(String version, int status, List<Header> headers, byte[] body) {
    this.version = version;
    this.status = status;
    this.headers = List.copyOf(headers);
    this.body = body;
  }

  /** Returns the status code; 100 to 199 is an interim response, which another one follows. */
  public int status() {
    return status;
  }

  /** Returns all header lines in their order. */
  public List<Header> headers() {
    return headers;
  }

  /** Returns the values of all lines of this header, whose name may be in any case. */
  public List<String> headers(String name) {
    return headers.stream().filter(h -> h.name.equalsIgnoreCase(name)).map(Header::value).toList();
  }

  /** Returns the value of the first line of this header. */
  public Optional<String> header(String name) {
    return headers(name).stream().findFirst();
  }

  /**
   * Returns the value of the only line of this header, or an empty text if there is none. A second
   * line fails.
   */
  public String onlyHeader(String name) {
    List<String> values = headers(name);
    if (values.size() > 1) {
      throw new AssertionError(name + " is there more than once: " + headers);
    }
    return values.isEmpty() ? "" : values.getFirst();
  }

  /** Returns the protocol of the status line, such as {@code HTTP/1.1}. */
  public String version() {
    return version;
  }

  /** Returns the body without its chunking; not a copy. */
  public byte[] body() {
    return body;
  }

  /** Returns the body as UTF-8. */
  public String text() {
    return new String(body, UTF_8);
  }

  boolean isInterim() {
    return status < 200;
  }

  boolean hasToken(String header, String token) {
    return headers(header).stream()
        .flatMap(value -> List.of(value.split(",")).stream())
        .anyMatch(value -> value.strip().equalsIgnoreCase(token));
  }

  /** Returns true if the connection stays open after this response (RFC 9112, section 9.3). */
  boolean leavesConnectionOpen() {
    return version.equals("HTTP/1.0")
        ? hasToken("Connection", "keep-alive")
        : !hasToken("Connection", "close");
  }

  RawResponse withBody(byte[] read) {
    return new RawResponse(version, status, headers, read);
  }

  @Override
  public String toString() {
    return status + " " + headers + " " + body.length + " B";
  }
}
