package dev.holdfast.fileserver;

import java.io.IOException;

/** The connection is to be closed here and now, without the rest of an answer. */
final class ConnectionCut extends IOException {
  private static final long serialVersionUID = 1L;

  ConnectionCut(String message) {
    super(message);
  }
}
