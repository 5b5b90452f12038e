package dev.holdfast.bench;

import java.io.IOException;

/** Tells that a path has no name left to ask for. Its figures so far are good. */
final class EndedEarlyException extends IOException {
  private static final long serialVersionUID = 1;

  EndedEarlyException(String message) {
    super(message);
  }
}
