package dev.holdfast.names;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The stored form of a {@link Name}: what its file is called in the staging store and at the
 * origin.
 *
 * <p>A plain name, {@code [A-Za-z0-9_-][A-Za-z0-9._-]*}, is stored as it is. Any other is stored as
 * {@code ~} and its bytes, where each byte that may not stand in a plain name is {@code ~} and two
 * upper-case hex digits. No plain name begins with {@code ~}, so the two never meet, and the name
 * can be read back from its stored form. A name has one stored form.
 *
 * <p>It is 1 to 255 ASCII characters long, all of them unreserved in a URI (RFC 3986, 2.3), so that
 * it can stand in a path of either kind as it is. {@link #toString} returns it.
 *
 * <p>Threading: immutable.
 */
public final class StoredName implements Comparable<StoredName> {
  /** The longest file name of common file systems, in bytes; also the origin's. */
  static final int BYTES_MAX = 255;

  /**
   * A name that no file has: in the form of a name, two hex digits follow each tilde but the first.
   */
  public static final StoredName NOBODYS = new StoredName("~~nothing");

  private static final char ESCAPE = '~';
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private final String form;

  /** Takes the form as it is. Only {@link #of} and {@link #parse} make sure that it is one. */
  StoredName(String form) {
    this.form = form;
  }

  /** Returns the stored form that a file is called by, or empty if no name is stored so. */
  public static Optional<StoredName> parse(String file) {
    boolean escaped = !file.isEmpty() && file.charAt(0) == ESCAPE;
    String encoded = escaped ? file.substring(1).replace(ESCAPE, '%') : file.replace("%", "%25");
    try {
      // A name has other spellings, too, and no file is called by one of them.
      return Optional.of(Name.parse(encoded).stored()).filter(name -> name.form.equals(file));
    } catch (BadNameException e) {
      return Optional.empty();
    }
  }

  /**
   * The stored form of a name.
   *
   * @throws BadNameException if it is too long
   */
  static StoredName of(byte[] name) throws BadNameException {
    String form = form(name);
    if (form.length() > BYTES_MAX) {
      throw BadNameException.tooLong(
          "the name takes " + form.length() + " bytes in its stored form, more than 255");
    }
    return new StoredName(form);
  }

  /** Returns true if it is the stored form of a plain name. */
  boolean isPlain() {
    return form.charAt(0) != ESCAPE;
  }

  /**
   * The bytes of the name.
   *
   * @throws IllegalArgumentException if this is {@link #NOBODYS}
   */
  byte[] bytes() {
    if (isPlain()) {
      return form.getBytes(StandardCharsets.US_ASCII);
    }
    var bytes = new ByteArrayOutputStream(form.length());
    for (int i = 1; i < form.length(); i++) {
      if (form.charAt(i) == ESCAPE) {
        bytes.write(HexFormat.fromHexDigits(form, i + 1, i + 3));
        i += 2;
      } else {
        bytes.write(form.charAt(i));
      }
    }
    return bytes.toByteArray();
  }

  /** The number of its characters, 1 to 255. */
  public int length() {
    return form.length();
  }

  @Override
  public int compareTo(StoredName other) {
    return form.compareTo(other.form);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoredName name && form.equals(name.form);
  }

  @Override
  public int hashCode() {
    return form.hashCode();
  }

  /** Returns the stored form itself. */
  @Override
  public String toString() {
    return form;
  }

  private static String form(byte[] name) {
    boolean plain = name[0] != '.';
    for (byte b : name) {
      plain &= isPlain(b);
    }
    if (plain) {
      return new String(name, StandardCharsets.US_ASCII);
    }
    var form = new StringBuilder(name.length + 16).append(ESCAPE);
    for (byte b : name) {
      if (isPlain(b)) {
        form.append((char) b);
      } else {
        form.append(ESCAPE).append(HEX.toHexDigits(b));
      }
    }
    return form.toString();
  }

  private static boolean isPlain(byte b) {
    return b > 0 && (Character.isLetterOrDigit(b) || "._-".indexOf(b) >= 0);
  }
}
