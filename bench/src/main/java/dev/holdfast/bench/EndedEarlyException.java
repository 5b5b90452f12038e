package dev.holdfast.bench;

import java.io.IOException;

/** A path has nothing left that could be asked for. The figures that it has so far are good. */
final class EndedEarlyException extends IOException {
  private static final long serialVersionUID = 1;

  EndedEarlyException(String message) {
    super(message);
  }
}
