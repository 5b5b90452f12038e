package dev.holdfast.names;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A name: any bytes but NUL, without {@code .} or {@code ..} between its slashes.
 *
 * <p>Its <em>stored</em> form is the name of the file in the staging store and at the origin. A
 * plain name, {@code [A-Za-z0-9_-][A-Za-z0-9._-]*}, is stored as it is. Any other is stored as
 * {@code ~} and its bytes, where each byte that may not stand in a plain name is {@code ~} and two
 * upper-case hex digits. No plain name begins with {@code ~}, so the two never meet. The name can
 * be read back from its stored form.
 */
public final class Name {
  /** The path of all files. nginx hashes it together with the name to find the owner. */
  public static final String PATH = "/api/fileserver/";

  /** The longest file name of common file systems, in bytes; also the origin's. */
  static final int STORED_BYTES_MAX = 255;

  private static final char ESCAPE = '~';
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private final byte[] bytes;
  private final String stored;

  private Name(byte[] bytes, String stored) {
    this.bytes = bytes;
    this.stored = stored;
  }

  /**
   * Reads a name from the path of a request.
   *
   * @param encoded the path behind {@code /api/fileserver/}, percent-encoded (RFC 3986, 2.1),
   *     without the query. It has ASCII characters alone, since {@code http} percent-encodes all
   *     other bytes
   * @throws BadNameException if it is not a name, or the name is too long
   */
  public static Name parse(String encoded) throws BadNameException {
    byte[] bytes = decode(encoded);
    if (bytes.length == 0) {
      throw BadNameException.malformed("the name of the file is missing");
    }
    requireNoDotSegments(bytes);
    String stored = store(bytes);
    if (stored.length() > STORED_BYTES_MAX) {
      throw BadNameException.tooLong(
          "the name takes " + stored.length() + " bytes in its stored form, more than 255");
    }
    return new Name(bytes, stored);
  }

  /**
   * Reads a name back from its stored form.
   *
   * @throws BadNameException if nothing is stored under such a form
   */
  public static Name ofStored(String stored) throws BadNameException {
    boolean escaped = !stored.isEmpty() && stored.charAt(0) == ESCAPE;
    Name name =
        parse(escaped ? stored.substring(1).replace(ESCAPE, '%') : stored.replace("%", "%25"));
    if (!name.stored.equals(stored)) {
      throw BadNameException.malformed("nothing is stored as " + stored);
    }
    return name;
  }

  /**
   * Returns the name of the file in the staging store and at the origin: 1 to 255 ASCII characters.
   */
  public String stored() {
    return stored;
  }

  /** Returns true if this is a plain name. */
  public boolean isPlain() {
    return stored.charAt(0) != ESCAPE;
  }

  /** Returns the key that nginx hashes for this name: its {@code $uri}, the decoded path. */
  public byte[] ringKey() {
    byte[] path = PATH.getBytes(StandardCharsets.US_ASCII);
    byte[] key = Arrays.copyOf(path, path.length + bytes.length);
    System.arraycopy(bytes, 0, key, path.length, bytes.length);
    return key;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Name name && stored.equals(name.stored);
  }

  @Override
  public int hashCode() {
    return stored.hashCode();
  }

  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] decode(String encoded) throws BadNameException {
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

  private static void requireNoDotSegments(byte[] bytes) throws BadNameException {
    for (String segment : new String(bytes, StandardCharsets.ISO_8859_1).split("/", -1)) {
      if (segment.equals(".") || segment.equals("..")) {
        throw BadNameException.malformed("the name contains . or .. between slashes");
      }
    }
  }

  private static String store(byte[] bytes) {
    boolean plain = bytes[0] != '.';
    for (byte b : bytes) {
      plain &= isPlain(b);
    }
    if (plain) {
      return new String(bytes, StandardCharsets.US_ASCII);
    }
    var stored = new StringBuilder(bytes.length + 16).append(ESCAPE);
    for (byte b : bytes) {
      if (isPlain(b)) {
        stored.append((char) b);
      } else {
        stored.append(ESCAPE).append(HEX.toHexDigits(b));
      }
    }
    return stored.toString();
  }

  private static boolean isPlain(byte b) {
    return b > 0 && (Character.isLetterOrDigit(b) || "._-".indexOf(b) >= 0);
  }
}
