package dev.holdfast.origin;

import java.io.IOException;

/** Our side could not take a body; tells it from a failure of the origin. */
final class SinkException extends IOException {
  private static final long serialVersionUID = 1L;

  private final IOException reason;

  SinkException(IOException reason) {
    super(reason);
    this.reason = reason;
  }

  IOException reason() {
    return reason;
  }
}
