package dev.holdfast.names;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Percent-encoded names in paths (RFC 3986, 2.1). */
public final class PercentEncoding {
  private PercentEncoding() {}

  /**
   * Returns the bytes of a name.
   *
   * @param encoded of ASCII characters alone
   * @throws BadNameException if a character is not encoded, an encoding is broken, or a byte is NUL
   */
  public static byte[] decode(String encoded) throws BadNameException {
    var out = new ByteArrayOutputStream(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        out.write(unhex(encoded, i));
        i += 2;
      } else if (c < 0x80) {
        out.write(c);
      } else {
        // Its bytes are lost, and two names must not become one.
        throw BadNameException.malformed("the name has a character that is not percent-encoded");
      }
    }
    return out.toByteArray();
  }

  private static int unhex(String encoded, int percent) throws BadNameException {
    if (percent + 2 >= encoded.length()
        || !HexFormat.isHexDigit(encoded.charAt(percent + 1))
        || !HexFormat.isHexDigit(encoded.charAt(percent + 2))) {
      throw BadNameException.malformed("a % in the name is not followed by two hex digits");
    }
    int b = HexFormat.fromHexDigits(encoded, percent + 1, percent + 3);
    if (b == 0) {
      throw BadNameException.malformed("the name contains a NUL byte");
    }
    return b;
  }
}
