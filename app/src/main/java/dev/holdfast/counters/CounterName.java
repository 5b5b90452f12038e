package dev.holdfast.counters;

import dev.holdfast.names.BadNameException;
import dev.holdfast.names.PercentEncoding;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A name of a counter: 1 to 1,024 bytes, none of them NUL, and neither {@code .} nor {@code ..}.
 */
public final class CounterName implements Comparable<CounterName> {
  /** How long a name may be, in bytes. */
  public static final int BYTES_MAX = 1024;

  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final String UNRESERVED = "-._~";

  private final byte[] bytes;
  private final long head; // the first bytes; most names differ in them

  private CounterName(byte[] bytes) {
    this.bytes = bytes;
    long first = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      first = first << Byte.SIZE | (i < bytes.length ? Byte.toUnsignedInt(bytes[i]) : 0);
    }
    this.head = first;
  }

  /**
   * Reads a name from a path or from JSON, percent-encoded (RFC 3986, 2.1).
   *
   * @param encoded of ASCII characters alone
   * @throws BadNameException if it is no name, or too long
   */
  public static CounterName parse(String encoded) throws BadNameException {
    return of(PercentEncoding.decode(encoded));
  }

  private static CounterName of(byte[] bytes) throws BadNameException {
    if (bytes.length == 0) {
      throw BadNameException.malformed("the name of the counter is missing");
    }
    if (bytes.length > BYTES_MAX) {
      throw BadNameException.tooLong(
          "the name has " + bytes.length + " bytes, more than " + BYTES_MAX);
    }
    for (byte b : bytes) {
      if (b == 0) {
        throw BadNameException.malformed("the name contains a NUL byte");
      }
    }
    if (bytes.length <= 2 && bytes[0] == '.' && bytes[bytes.length - 1] == '.') {
      throw BadNameException.malformed("the name is . or ..");
    }
    return new CounterName(bytes);
  }

  /** Returns the place of some bytes in the order of the names. It may be no name. */
  static CounterName bound(byte[] bytes) {
    return new CounterName(bytes);
  }

  static CounterName read(Input in) {
    try {
      return of(in.block());
    } catch (BadNameException e) {
      throw new MalformedException(e.getMessage());
    }
  }

  void write(Output out) {
    out.block(bytes);
  }

  boolean startsWith(byte[] prefix) {
    return bytes.length >= prefix.length
        && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }

  /** Returns how long it is, in bytes. */
  int length() {
    return bytes.length;
  }

  /** Compares the bytes, as numbers from 0 to 255. */
  @Override
  public int compareTo(CounterName other) {
    int byHead = Long.compareUnsigned(head, other.head);
    return byHead != 0 ? byHead : Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CounterName name && Arrays.equals(bytes, name.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Returns how long {@link #toString} is. */
  public int spelledLength() {
    int length = 0;
    for (byte b : bytes) {
      length += isPlain(b) ? 1 : 3;
    }
    return length;
  }

  /** Returns the one spelling in which every byte that need not be encoded is not. */
  @Override
  public String toString() {
    int length = spelledLength();
    if (length == bytes.length) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
    var spelled = new StringBuilder(length);
    for (byte b : bytes) {
      if (isPlain(b)) {
        spelled.append((char) b);
      } else {
        spelled.append('%').append(HEX.toHexDigits(b));
      }
    }
    return spelled.toString();
  }

  private static boolean isPlain(byte b) {
    return b > 0 && (isAsciiLetterOrDigit(b) || UNRESERVED.indexOf(b) >= 0);
  }

  private static boolean isAsciiLetterOrDigit(byte b) {
    return (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
  }
}
