package dev.holdfast.staging;

import java.io.IOException;

/** The staging store is open in another process, or elsewhere in this one. */
public final class StoreLockedException extends IOException {
  private static final long serialVersionUID = 1L;

  StoreLockedException(String message) {
    super(message);
  }
}
