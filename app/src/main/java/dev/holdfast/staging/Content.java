package dev.holdfast.staging;

import dev.holdfast.disk.Disk.FileFacts;

/**
 * The content of a file: its length and a number taken from its checksums, which tell one body of a
 * name from another.
 *
 * <p>The number is kept on disk as the file's modification time, which makes the ETag that nginx
 * builds from modification time and size ({@code ngx_http_set_etag}) an ETag of the content.
 *
 * @param size length in bytes, 0 or more
 * @param digest 31 bits mixed from its CRC-32 and CRC-32C, 0 counted as 1; 1 to 2^31-1
 */
public record Content(long size, int digest) {
  public Content {
    if (size < 0 || digest < 1) {
      throw new IllegalArgumentException("size " + size + ", digest " + digest);
    }
  }

  /** The content with these checksums. */
  static Content of(long size, int crc32, int crc32c) {
    return new Content(size, Math.max(1, (int) (mixed(crc32, crc32c) >>> 33)));
  }

  /**
   * So that every bit of the result depends on every bit of both, and not linearly: the finalizer
   * of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators).
   */
  private static long mixed(int crc32, int crc32c) {
    long z = ((long) crc32 << 32) | (crc32c & 0xffffffffL);
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
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
