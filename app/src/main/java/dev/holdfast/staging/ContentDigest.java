package dev.holdfast.staging;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Finds the {@link Content} of a body that goes by, without keeping it.
 *
 * <p>Threading: for one thread at a time.
 */
public final class ContentDigest {
  private final MessageDigest sha256 = newSha256();
  private long size;
  private byte[] ended;

  /** Takes the next bytes of the body. */
  public void update(byte[] bytes, int offset, int length) {
    if (ended != null) {
      throw new IllegalStateException("the body has ended");
    }
    sha256.update(bytes, offset, length);
    size += length;
  }

  /** Bytes so far. */
  public long size() {
    return size;
  }

  /** The content. The body ends with this: nothing is added any more. */
  public Content content() {
    return Content.of(size, digest());
  }

  /** The whole SHA-256, 64 lowercase hex digits. The body ends with this, too. */
  public String sha256() {
    return HexFormat.of().formatHex(digest());
  }

  private byte[] digest() {
    if (ended == null) {
      ended = sha256.digest();
    }
    return ended;
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
