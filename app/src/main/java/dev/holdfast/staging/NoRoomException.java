package dev.holdfast.staging;

import java.io.IOException;

/** There is no room for a body: too much is pending, or the disk is nearly full. */
public final class NoRoomException extends IOException {
  private static final long serialVersionUID = 1L;

  NoRoomException(String message) {
    super(message);
  }
}
