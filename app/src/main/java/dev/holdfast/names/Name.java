package dev.holdfast.names;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A name: any bytes but NUL, without {@code .} or {@code ..} between its slashes.
 *
 * <p>Threading: immutable.
 */
public final class Name {
  /** The path of all files. nginx hashes it together with the name to find the owner. */
  public static final String PATH = "/api/fileserver/";

  private final byte[] bytes;
  private final StoredName stored;

  private Name(byte[] bytes, StoredName stored) {
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
    byte[] bytes = PercentEncoding.decode(encoded);
    if (bytes.length == 0) {
      throw BadNameException.malformed("the name of the file is missing");
    }
    requireNoDotSegments(bytes);
    return new Name(bytes, StoredName.of(bytes));
  }

  /**
   * Returns the name that is stored in a form.
   *
   * @throws IllegalArgumentException if the form is {@link StoredName#NOBODYS}
   */
  public static Name of(StoredName stored) {
    return new Name(stored.bytes(), stored);
  }

  /**
   * Returns a plain name.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Name plain(String name) {
    return of(
        StoredName.parse(name)
            .filter(StoredName::isPlain)
            .orElseThrow(() -> new IllegalArgumentException("not a plain name: " + name)));
  }

  /** Returns the name of the file in the staging store and at the origin. */
  public StoredName stored() {
    return stored;
  }

  /** Returns true if this is a plain name. */
  public boolean isPlain() {
    return stored.isPlain();
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

  private static void requireNoDotSegments(byte[] bytes) throws BadNameException {
    for (String segment : new String(bytes, StandardCharsets.ISO_8859_1).split("/", -1)) {
      if (segment.equals(".") || segment.equals("..")) {
        throw BadNameException.malformed("the name contains . or .. between slashes");
      }
    }
  }
}
