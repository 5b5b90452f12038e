package dev.holdfast.staging;

import dev.holdfast.names.StoredName;

/**
 * Where a published file is: small files beside each other, large ones in a directory of their own.
 * nginx looks for them there.
 */
public final class PublishedPath {
  /** The longest file that counts as small, in bytes. */
  public static final long SMALL_BYTES_MAX = 64 << 10;

  private PublishedPath() {}

  /** Returns the path of a file, relative to the directory of published files. */
  public static String of(StoredName name, Content content) {
    return isLarge(content.size()) ? Layout.LARGE + "/" + name : name.toString();
  }

  /**
   * Returns true if a file is a large one.
   *
   * @param size in bytes
   */
  static boolean isLarge(long size) {
    return size > SMALL_BYTES_MAX;
  }
}
