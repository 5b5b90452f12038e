package dev.holdfast.staging;

import java.io.IOException;

/**
 * There is no room for a body: too much comes in or is pending, the disk is nearly full, or no file
 * descriptor is left.
 */
public final class NoRoomException extends IOException {
  private static final long serialVersionUID = 1L;

  NoRoomException(String message) {
    super(message);
  }

  /**
   * What a disk that is full after all says (ENOSPC, EDQUOT) is no room, too, and so is a process
   * that has no file descriptor left (EMFILE, ENFILE), wherever it stands in the chain of causes.
   */
  public static IOException orAsItIs(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (cause instanceof NoRoomException noRoom) {
        return noRoom;
      }
      if (message.contains("No space left") || message.contains("quota exceeded")) {
        return because("the disk of the staging store is full", e);
      }
      if (message.contains("Too many open files")) {
        return because("too many files and connections are open here", e);
      }
    }
    return e;
  }

  private static NoRoomException because(String message, IOException cause) {
    var noRoom = new NoRoomException(message);
    noRoom.initCause(cause);
    return noRoom;
  }
}
