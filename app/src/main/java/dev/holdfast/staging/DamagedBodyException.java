package dev.holdfast.staging;

import java.io.IOException;

/** The disk does not have the body of a put as it was written; the log has it. */
final class DamagedBodyException extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedBodyException(String message, IOException cause) {
    super(message, cause);
  }
}
