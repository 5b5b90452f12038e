package dev.holdfast.watcher;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * The request of a check.
 *
 * @param url http or https, with a host, and without credentials and a fragment
 * @param method such as GET, in upper case
 * @param headers further headers, in their order
 * @param body the body, or empty if the request has none
 * @param credentials what the site is told about who asks. It goes to the origin of {@code url} and
 *     to no other
 */
public record CheckRequest(
    URI url,
    String method,
    List<Header> headers,
    Optional<SecretText> body,
    Credentials credentials) {

  public CheckRequest {
    headers = List.copyOf(headers);
  }

  /** A header of a request. */
  public record Header(String name, SecretText value) {}

  /** The credentials that a site gets. */
  public sealed interface Credentials {
    /** Nothing. */
    record None() implements Credentials {}

    /** A name and a password (RFC 7617). */
    record Basic(SecretText user, SecretText password) implements Credentials {}

    /** A token (RFC 6750). */
    record Bearer(SecretText token) implements Credentials {}
  }

  /** Returns true if it goes by https. */
  public boolean isTls() {
    return "https".equals(url.getScheme());
  }

  /** Returns a GET of a URL. */
  public static CheckRequest get(URI url) {
    return new CheckRequest(url, "GET", List.of(), Optional.empty(), new Credentials.None());
  }
}
