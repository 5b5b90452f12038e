package dev.holdfast.origin;

import java.io.IOException;

/** The origin sent something before it was asked, so that the request was not sent. */
final class UnaskedException extends IOException {
  private static final long serialVersionUID = 1L;

  UnaskedException() {
    super("the origin speaks first");
  }
}
