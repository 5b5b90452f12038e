package dev.holdfast.watcher.probe;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a request goes.
 *
 * @param isTls true for https
 * @param host a name or an address in lower case, without brackets
 * @param port 1 to 65535
 * @param path the path and the query as they are sent, not empty
 */
record Target(boolean isTls, String host, int port, String path) {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;
  private static final int PORT_MAX = 65_535;
  private static final Pattern UNUSUAL_HOST = Pattern.compile("([\\w.-]{1,253})(?::(\\d{1,5})?)?");

  /**
   * Returns the target of a URL.
   *
   * @throws IllegalArgumentException if the URL is none that may be asked; the message says why
   */
  static Target of(URI url) {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException("only http and https are asked, not " + scheme);
    }
    if (url.getRawUserInfo() != null) {
      throw new IllegalArgumentException("the URL has credentials in it");
    }
    if (url.getHost() == null || url.getHost().isEmpty()) {
      return ofUnusualHost(url, scheme);
    }
    return of(url, scheme, url.getHost(), url.getPort());
  }

  /** {@link URI} takes no host with an underscore, which DNS knows and some sites have. */
  private static Target ofUnusualHost(URI url, String scheme) {
    String authority = url.getRawAuthority() == null ? "" : url.getRawAuthority();
    if (authority.contains("@")) {
      throw new IllegalArgumentException("the URL has credentials in it");
    }
    Matcher matcher = UNUSUAL_HOST.matcher(authority);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("the URL has no host, or none that can be asked for");
    }
    String port = matcher.group(2);
    return of(url, scheme, matcher.group(1), port == null ? -1 : Integer.parseInt(port));
  }

  private static Target of(URI url, String scheme, String named, int givenPort) {
    boolean isTls = scheme.equals("https");
    int port = givenPort < 0 ? defaultPort(isTls) : givenPort;
    if (port < 1 || port > PORT_MAX) {
      throw new IllegalArgumentException("the URL has the port " + port);
    }
    String host = named.toLowerCase(Locale.ROOT);
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    return new Target(isTls, bare, port, path + query);
  }

  private static int defaultPort(boolean isTls) {
    return isTls ? HTTPS_PORT : HTTP_PORT;
  }

  /** Returns true if both have the same scheme, host and port (RFC 6454). */
  boolean hasOriginOf(Target other) {
    return isTls == other.isTls && host.equals(other.host) && port == other.port;
  }

  /**
   * Returns the host, and the port if it is not that of the scheme, as in a header {@code Host}.
   */
  String authority() {
    String name = host.contains(":") ? "[" + host + "]" : host;
    return port == defaultPort(isTls) ? name : name + ":" + port;
  }

  /** Returns the URL without its query, for people. */
  String shown() {
    int query = path.indexOf('?');
    String bare = query < 0 ? path : path.substring(0, query);
    return (isTls ? "https://" : "http://") + authority() + bare;
  }
}
