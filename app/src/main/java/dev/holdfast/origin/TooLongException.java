package dev.holdfast.origin;

import java.io.IOException;

/** The origin sends a longer body than we take. */
final class TooLongException extends IOException {
  private static final long serialVersionUID = 1L;

  TooLongException(long bytesMax) {
    super("the file is longer than the bound of " + bytesMax + " bytes");
  }
}
