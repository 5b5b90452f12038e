package dev.holdfast.watcher.config;

import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.guard.AddressLiteral;
import java.net.IDN;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * URLs of endpoints, in one form: the scheme and the host in lower case, the host of another script
 * in Punycode, no port that the scheme has anyway, and a path of at least {@code /}.
 */
final class WatchUrl {
  /** The longest URL, in characters. */
  static final int LENGTH_MAX = 2_000;

  private static final int PORT_MAX = 65_535;
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /**
   * The parts of a URL (RFC 3986, appendix B), of which the scheme and the authority are needed.
   */
  private static final Pattern URL =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^?#]*)(\\?[^#]*)?(#.*)?");

  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(\\[[^\\]]*]|[^:\\[\\]]*)(?::([0-9]*))?");

  /** A label of a host (RFC 1123, section 2.1). */
  private static final Pattern LABEL = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

  /** A last label that some read as a number, and so the host as an address. */
  private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");

  /**
   * The characters that IDNA 2003, which Java has, maps to others, and IDNA 2008, which registries
   * have, keeps: two hosts for one text.
   */
  private static final Pattern DEVIATION = Pattern.compile("[\\u00df\\u03c2\\u200c\\u200d]");

  private static final Pattern NOT_IN_ID = Pattern.compile("[^A-Za-z0-9._~:-]+");

  private WatchUrl() {}

  /**
   * Returns the URL that a text is.
   *
   * @throws BadValueException if it is none that can be checked
   */
  static URI parse(String text) throws BadValueException {
    if (text.length() > LENGTH_MAX) {
      throw new BadValueException("'url' must have " + LENGTH_MAX + " characters at most");
    }
    if (text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      throw new BadValueException("'url' has half a character; write the character as %…");
    }
    Matcher url = URL.matcher(text);
    if (!url.matches()) {
      throw new BadValueException(
          "'url' must begin with https:// or http://, not '" + Fields.shown(text) + "'");
    }
    String scheme = url.group(1).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new BadValueException("'url' must be of https or http, not " + Fields.shown(scheme));
    }
    String authority = url.group(2);
    if (authority.contains("@")) {
      // Without the text, which has a password.
      throw new BadValueException(
          "'url' has credentials; write them under 'auth', as ${env:NAME} or ${file:/path}");
    }
    if (url.group(5) != null) {
      throw new BadValueException(
          "'url' has a fragment, which no site sees; leave out '"
              + Fields.shown(url.group(5))
              + "'");
    }
    String path = url.group(3).isEmpty() ? "/" : url.group(3);
    String query = url.group(4) == null ? "" : url.group(4);
    return uri(scheme + "://" + authority(scheme, authority) + path + query);
  }

  private static URI uri(String text) throws BadValueException {
    try {
      URI uri = new URI(new URI(text).toASCIIString());
      if (uri.getHost() == null) {
        throw new BadValueException("'url' has no host that can be read");
      }
      return uri;
    } catch (URISyntaxException e) {
      throw new BadValueException(
          "'url' has a character that no URL has; write it as % and its number, such as %20 for a"
              + " blank",
          e);
    }
  }

  private static String authority(String scheme, String authority) throws BadValueException {
    Matcher parts = HOST_AND_PORT.matcher(authority);
    if (!parts.matches()) {
      throw new BadValueException(
          "'url' must have a host and perhaps a port, such as example.com:8443, not '"
              + Fields.shown(authority)
              + "'");
    }
    String host = host(parts.group(1));
    int standard = scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
    String digits = parts.group(2);
    if (digits == null || digits.isEmpty()) {
      return host;
    }
    int port = digits.length() > 5 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    if (port < 1 || port > PORT_MAX) {
      throw new BadValueException(
          "'url' must have a port of 1 to " + PORT_MAX + ", not " + Fields.shown(digits));
    }
    return port == standard ? host : host + ":" + port;
  }

  private static String host(String host) throws BadValueException {
    if (host.isEmpty()) {
      throw new BadValueException("'url' must have a host, such as https://example.com/");
    }
    if (host.startsWith("[")) {
      String inside = host.substring(1, host.length() - 1);
      Optional<InetAddress> address = AddressLiteral.parse(inside);
      if (address.isEmpty() || inside.indexOf(':') < 0) {
        throw new BadValueException(
            "'url' must have an IPv6 address in its brackets, without a zone, not '"
                + Fields.shown(inside)
                + "'");
      }
      return host.toLowerCase(Locale.ROOT);
    }
    return name(host);
  }

  private static String name(String host) throws BadValueException {
    if (DEVIATION.matcher(host).find()) {
      throw new BadValueException(
          "'url' has a host that two standards read as two; write the host in Punycode, xn--…");
    }
    String ascii;
    try {
      ascii = IDN.toASCII(host).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      throw new BadValueException(
          "'url' has no valid host '" + Fields.shown(host) + "'; write it in Punycode, xn--…", e);
    }
    if (ascii.endsWith(".")) {
      throw new BadValueException("'url' has a host that ends with a dot; leave the dot out");
    }
    String[] labels = ascii.split("\\.", -1);
    for (String label : labels) {
      if (!LABEL.matcher(label).matches()) {
        throw new BadValueException(
            "'url' must have a host of letters, digits, '-' and single dots, not '"
                + Fields.shown(host)
                + "'");
      }
    }
    if (NUMBER.matcher(labels[labels.length - 1]).matches()
        && AddressLiteral.parse(ascii).isEmpty()) {
      throw new BadValueException(
          "'url' has a host that is nearly an address; write an address as four numbers of 0 to 255"
              + " without leading zeros");
    }
    if (ascii.length() > 253) {
      throw new BadValueException("'url' must have a host of 253 characters at most");
    }
    return ascii;
  }

  /** Returns the address that the host of a URL is, or empty if it is a name. */
  static Optional<InetAddress> address(URI url) {
    return AddressLiteral.parse(url.getHost().replaceAll("[\\[\\]]", ""));
  }

  /** Returns true if the host of a URL is an IPv4 address. */
  static boolean isIpv4(InetAddress address) {
    return address instanceof Inet4Address;
  }

  /**
   * Returns the id that an endpoint has if it is given none: the host, the port if it is there, and
   * the path with {@code ~} for {@code /}.
   *
   * @throws BadValueException if that would be too long
   */
  static EndpointId id(URI url) throws BadValueException {
    String host = url.getHost().replaceAll("[\\[\\]]", "");
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    String path = url.getRawPath().replaceAll("/+$", "").replace('/', '~');
    String id = NOT_IN_ID.matcher(host + port + path).replaceAll("-");
    if (id.startsWith(":")) {
      id = "v6" + id; // an id begins with a letter or a digit
    }
    if (id.length() > EndpointId.NAME_LENGTH_MAX) {
      throw new BadValueException(
          "the URL is too long to be an id; write 'id:' with "
              + EndpointId.NAME_LENGTH_MAX
              + " characters at most");
    }
    return new EndpointId(id);
  }
}
