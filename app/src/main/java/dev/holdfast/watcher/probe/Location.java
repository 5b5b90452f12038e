package dev.holdfast.watcher.probe;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The field {@code Location} as servers write it. Many write characters as they are that a URI has
 * to encode (RFC 3986 section 2), such as spaces. They are encoded here, as browsers do.
 */
final class Location {
  /** What may stand in a path, a query or an authority. Brackets are for the authority alone. */
  private static final String PLAIN = "-._~:/?#@!$&'()*+,;=";

  private static final int ESCAPE_LENGTH = 3;

  private Location() {}

  /**
   * Returns the URL that a field leads to, without its fragment.
   *
   * @param from the URL that answered
   * @throws URISyntaxException if it is none. Its message may show secrets of the URL; its reason
   *     does not
   */
  static URI resolved(URI from, String field) throws URISyntaxException {
    String text = encoded(withoutFragment(field.strip()));
    if (text.isEmpty()) {
      return from;
    }
    // URI.resolve follows RFC 2396 in both cases, which drops the last part of the path (RFC 3986,
    // 5.2.2).
    String whole = text.startsWith("?") ? from.getRawPath() + text : text;
    return from.resolve(new URI(whole));
  }

  private static String withoutFragment(String url) {
    int fragment = url.indexOf('#');
    return fragment < 0 ? url : url.substring(0, fragment);
  }

  private static String encoded(String field) {
    int path = pathFrom(field);
    StringBuilder encoded = new StringBuilder();
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      boolean isBracket = (c == '[' || c == ']') && i < path;
      boolean isEscape = c == '%' && isEscape(field, i);
      if (isBracket || isEscape || isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0) {
        encoded.append(c);
      } else {
        append(encoded, c);
      }
    }
    return encoded.toString();
  }

  /** Returns where the path begins: behind the authority, if there is one. */
  private static int pathFrom(String field) {
    int authority = field.indexOf("//");
    int query = field.indexOf('?');
    boolean isAuthority = authority == 0 || (authority > 0 && field.charAt(authority - 1) == ':');
    if (!isAuthority || (query >= 0 && query < authority)) {
      return 0;
    }
    for (int i = authority + 2; i < field.length(); i++) {
      if ("/?".indexOf(field.charAt(i)) >= 0) {
        return i;
      }
    }
    return field.length();
  }

  private static boolean isEscape(String field, int at) {
    return at + ESCAPE_LENGTH <= field.length()
        && HexFormat.isHexDigit(field.charAt(at + 1))
        && HexFormat.isHexDigit(field.charAt(at + 2));
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /** HttpCore reads each byte of a head as the character of its number. */
  private static void append(StringBuilder encoded, char c) {
    byte[] bytes =
        c <= 0xff ? new byte[] {(byte) c} : String.valueOf(c).getBytes(StandardCharsets.UTF_8);
    for (byte each : bytes) {
      encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(each));
    }
  }
}
