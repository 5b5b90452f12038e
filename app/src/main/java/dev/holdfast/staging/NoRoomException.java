package dev.holdfast.staging;

import java.io.IOException;

/** There is no room for a body: too much is pending, or the disk is nearly full. */
public final class NoRoomException extends IOException {
  private static final long serialVersionUID = 1L;

  NoRoomException(String message) {
    super(message);
  }

  /**
   * What a disk that is full after all says (ENOSPC, EDQUOT) is no room, too, wherever it comes
   * from in the chain of causes.
   */
  public static IOException orAsItIs(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (cause instanceof NoRoomException noRoom) {
        return noRoom;
      }
      if (message.contains("No space left") || message.contains("quota exceeded")) {
        var noRoom = new NoRoomException("the disk of the staging store is full");
        noRoom.initCause(e);
        return noRoom;
      }
    }
    return e;
  }
}
