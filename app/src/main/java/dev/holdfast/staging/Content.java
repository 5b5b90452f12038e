package dev.holdfast.staging;

import dev.holdfast.disk.Disk.FileFacts;

/**
 * What tells one body of a name from another: its length and a number taken from its SHA-256.
 *
 * <p>The number is kept on disk as the file's modification time, which makes the ETag that nginx
 * builds from modification time and size ({@code ngx_http_set_etag}) an ETag of the content.
 *
 * @param size length in bytes, 0 or more
 * @param digest the first 31 bits of the SHA-256, 0 counted as 1; 1 to 2^31-1
 */
public record Content(long size, int digest) {
  public Content {
    if (size < 0 || digest < 1) {
      throw new IllegalArgumentException("size " + size + ", digest " + digest);
    }
  }

  /**
   * The content with this digest.
   *
   * @param sha256 32 bytes
   */
  static Content of(long size, byte[] sha256) {
    int first =
        (sha256[0] & 0x7f) << 24
            | (sha256[1] & 0xff) << 16
            | (sha256[2] & 0xff) << 8
            | (sha256[3] & 0xff);
    return new Content(size, Math.max(1, first));
  }

  /** The content of a file of the staging store. */
  static Content of(FileFacts facts) {
    return new Content(facts.size(), Math.clamp(facts.modifiedSeconds(), 1, Integer.MAX_VALUE));
  }

  /** The ETag that nginx gives this content: a strong one, in quotes (RFC 9110, 8.8.3). */
  public String etag() {
    return '"' + Integer.toHexString(digest) + '-' + Long.toHexString(size) + '"';
  }
}
