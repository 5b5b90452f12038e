package dev.holdfast.cas;

import java.io.IOException;

/** A body is not what its Content-Encoding says, or more than is decoded here. */
final class BadEncodingException extends IOException {
  private static final long serialVersionUID = 1L;

  BadEncodingException(String message) {
    super(message);
  }
}
