package dev.holdfast.fibonacci;

import java.io.IOException;

/**
 * A position file does not say what was written into it. The message names it and what is wrong.
 */
public final class DamagedPositionException extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedPositionException(String message) {
    super(message);
  }
}
