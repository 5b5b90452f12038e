package dev.holdfast.cas;

import dev.holdfast.names.Name;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A SHA-256. It keeps no names, since many digests may be in memory at once.
 *
 * @param hex 64 lowercase hex digits
 */
record Digest(String hex) {
  static final int HEX_DIGITS = 64;

  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  /** The digest of no bytes. */
  static final Digest EMPTY =
      new Digest("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

  Digest {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException("not 64 lowercase hex digits: " + hex);
    }
  }

  /** Reads a digest; empty if it is not 64 lowercase hex digits. */
  static Optional<Digest> parse(String text) {
    return HEX.matcher(text).matches() ? Optional.of(new Digest(text)) : Optional.empty();
  }

  /** Returns a new hash function that makes digests. */
  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Returns a new name, of the file that the blob of this digest is. */
  Name blob() {
    return Name.plain(StoreNames.BLOB + hex);
  }

  /** Returns a new name, of the file that the action of this digest is. */
  Name action() {
    return Name.plain(StoreNames.ACTION + hex);
  }

  /** Returns the entity tag of the blob. */
  String etag() {
    return '"' + hex + '"';
  }

  @Override
  public String toString() {
    return hex;
  }
}
