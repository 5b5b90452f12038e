package dev.holdfast.staging;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * Finds the {@link Content} of a body that goes by, without keeping it, and its SHA-256 where that
 * is asked for.
 *
 * <p>The content is told by two checksums, since each alone is the same for all bodies of one
 * length that carry that very checksum behind what it covers, as many formats do. Both are fast
 * wherever the JVM runs; a SHA-256 is so only where its optimizing compiler does.
 *
 * <p>Threading: for one thread at a time.
 */
public final class ContentDigest {
  private final CRC32 crc32 = new CRC32();
  private final CRC32C crc32c = new CRC32C();
  private final MessageDigest sha256; // null if nobody asks for it
  private long size;
  private String ended; // the SHA-256, when it was taken

  /** A digest of the content alone. */
  public ContentDigest() {
    this(null);
  }

  private ContentDigest(MessageDigest sha256) {
    this.sha256 = sha256;
  }

  /** Returns a digest of the content and the SHA-256. */
  public static ContentDigest withSha256() {
    return new ContentDigest(newSha256());
  }

  /** Takes the next bytes of the body. */
  public void update(byte[] bytes, int offset, int length) {
    if (ended != null) {
      throw new IllegalStateException("the body has ended");
    }
    crc32.update(bytes, offset, length);
    crc32c.update(bytes, offset, length);
    if (sha256 != null) {
      sha256.update(bytes, offset, length);
    }
    size += length;
  }

  /** Bytes so far. */
  public long size() {
    return size;
  }

  /** The content so far. */
  public Content content() {
    return Content.of(size, (int) crc32.getValue(), (int) crc32c.getValue());
  }

  /**
   * The SHA-256, 64 lowercase hex digits. The body ends with this.
   *
   * @throws IllegalStateException if this is of the content alone
   */
  public String sha256() {
    if (sha256 == null) {
      throw new IllegalStateException("the SHA-256 was not asked for");
    }
    if (ended == null) {
      ended = HexFormat.of().formatHex(sha256.digest());
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
