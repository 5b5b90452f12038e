package dev.holdfast.staging;

import java.util.regex.Pattern;

/** Tells the stored form of a name from any other file name. */
final class StoredName {
  private static final Pattern STORED =
      Pattern.compile(
          "[A-Za-z0-9_-][A-Za-z0-9._-]*" // a plain name
              + "|~(?:[A-Za-z0-9._-]|~[0-9A-F]{2})+"); // any other one

  private StoredName() {}

  /** Returns false for a file that something else has left, such as {@code .nfs0001}. */
  static boolean isOne(String file) {
    return STORED.matcher(file).matches();
  }
}
