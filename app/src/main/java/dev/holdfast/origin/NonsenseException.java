package dev.holdfast.origin;

import java.io.IOException;

/** The answer makes no sense, and its body is not worth reading to the end. */
final class NonsenseException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;

  NonsenseException(int status, String detail) {
    super(detail);
    this.status = status;
  }

  Failure failure() {
    return new Failure.Nonsense(status, getMessage());
  }
}
