package dev.holdfast.disk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Tells that a file of a log does not hold the bytes that were written into it. The message names
 * file and offset.
 */
public final class DamagedLogException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param offset where the damage begins, in bytes from the start of the file
   * @param what the damage, as the end of a sentence
   */
  public DamagedLogException(Path file, long offset, String what) {
    super(file + " is damaged at offset " + offset + ": " + what);
  }
}
