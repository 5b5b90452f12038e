package dev.holdfast.staging;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Finds the {@link Content} of a body that goes by, without keeping it.
 *
 * <p>Threading: for one thread at a time.
 */
public final class ContentDigest {
  private final MessageDigest sha256 = newSha256();
  private long size;

  /** Takes the next bytes of the body. */
  public void update(byte[] bytes, int offset, int length) {
    sha256.update(bytes, offset, length);
    size += length;
  }

  /** Bytes so far. */
  public long size() {
    return size;
  }

  /** The content, when the body has ended; to be called once. */
  public Content content() {
    return Content.of(size, sha256.digest());
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
