package dev.holdfast.counters;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A name of a counter: 1 to 1,024 bytes, none of them NUL, and neither {@code .} nor {@code ..}.
 */
final class CounterName implements Comparable<CounterName> {
  /** How long a name may be, in bytes. */
  static final int BYTES_MAX = 1024;

  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final String UNRESERVED = "-._~";

  private final byte[] bytes;

  private CounterName(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads a name from a path or from JSON, percent-encoded (RFC 3986, 2.1).
   *
   * @param encoded of ASCII characters alone
   * @throws BadCounterNameException if it is no name, or too long
   */
  static CounterName parse(String encoded) throws BadCounterNameException {
    return of(decode(encoded));
  }

  private static CounterName of(byte[] bytes) throws BadCounterNameException {
    if (bytes.length == 0) {
      throw BadCounterNameException.malformed("the name of the counter is missing");
    }
    if (bytes.length > BYTES_MAX) {
      throw BadCounterNameException.tooLong(
          "the name has " + bytes.length + " bytes, more than " + BYTES_MAX);
    }
    for (byte b : bytes) {
      if (b == 0) {
        throw BadCounterNameException.malformed("the name contains a NUL byte");
      }
    }
    var name = new CounterName(bytes);
    String spelled = name.toString();
    if (spelled.equals(".") || spelled.equals("..")) {
      throw BadCounterNameException.malformed("the name is . or ..");
    }
    return name;
  }

  private static byte[] decode(String encoded) throws BadCounterNameException {
    var out = new ByteArrayOutputStream(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        if (i + 2 >= encoded.length()
            || !HexFormat.isHexDigit(encoded.charAt(i + 1))
            || !HexFormat.isHexDigit(encoded.charAt(i + 2))) {
          throw BadCounterNameException.malformed(
              "a % in the name is not followed by two hex digits");
        }
        out.write(HexFormat.fromHexDigits(encoded, i + 1, i + 3));
        i += 2;
      } else if (c < 0x80) {
        out.write(c);
      } else {
        throw BadCounterNameException.malformed(
            "the name has a character that is not percent-encoded");
      }
    }
    return out.toByteArray();
  }

  static CounterName read(Input in) {
    try {
      return of(in.block());
    } catch (BadCounterNameException e) {
      throw new MalformedException(e.getMessage());
    }
  }

  void write(Output out) {
    out.block(bytes);
  }

  /** Returns how long it is, in bytes. */
  int length() {
    return bytes.length;
  }

  /** Compares the bytes, as numbers from 0 to 255. */
  @Override
  public int compareTo(CounterName other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CounterName name && Arrays.equals(bytes, name.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Returns the one spelling in which every byte that need not be encoded is not. */
  @Override
  public String toString() {
    var spelled = new StringBuilder(bytes.length);
    for (byte b : bytes) {
      if (b > 0 && (isAsciiLetterOrDigit(b) || UNRESERVED.indexOf(b) >= 0)) {
        spelled.append((char) b);
      } else {
        spelled.append('%').append(HEX.toHexDigits(b));
      }
    }
    return spelled.toString();
  }

  private static boolean isAsciiLetterOrDigit(byte b) {
    return (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
  }

  /** Returns the bytes as UTF-8, for people. */
  String forPeople() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
