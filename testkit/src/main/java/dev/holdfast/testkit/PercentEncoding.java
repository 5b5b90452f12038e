package dev.holdfast.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.random.RandomGenerator;

/** Writes names as one path of a URI (RFC 3986, section 2). */
final class PercentEncoding {
  private PercentEncoding() {}

  /**
   * Returns the usual spelling: every character but the unreserved ones as upper-case {@code %XX},
   * {@code /} included.
   */
  static String encode(String name) {
    StringBuilder spelling = new StringBuilder();
    for (byte b : name.getBytes(UTF_8)) {
      if (isUnreserved(b)) {
        spelling.append((char) b);
      } else {
        spelling.append("%%%02X".formatted(b));
      }
    }
    return spelling.toString();
  }

  /**
   * Returns one of the many spellings of a name. A slash may stand as it is, any other character
   * may be encoded needlessly, and hex digits are of either case.
   */
  static String encodeOddly(String name, RandomGenerator random) {
    StringBuilder spelling = new StringBuilder();
    for (byte b : name.getBytes(UTF_8)) {
      boolean mayStand = isUnreserved(b) || b == '/';
      if (mayStand && random.nextInt(4) > 0) {
        spelling.append((char) b);
      } else {
        spelling.append((random.nextBoolean() ? "%%%02X" : "%%%02x").formatted(b));
      }
    }
    return spelling.toString();
  }

  private static boolean isUnreserved(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || "-._~".indexOf(b) >= 0;
  }
}
