package dev.holdfast.staging;

import java.io.IOException;
import java.nio.file.Path;

/** The staging store is open in another process, or elsewhere in this one. */
public final class StoreLockedException extends IOException {
  private static final long serialVersionUID = 1L;

  StoreLockedException(Path own) {
    super("the staging store " + own + " is in use by another sidecar");
  }
}
