package dev.holdfast.staging;

import dev.holdfast.posix.Errno;
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
      if (cause instanceof NoRoomException noRoom) {
        return noRoom;
      }
    }
    if (Errno.ENOSPC.isIn(e) || Errno.EDQUOT.isIn(e)) {
      return because("the disk of the staging store is full", e);
    }
    return Errno.EMFILE.isIn(e) || Errno.ENFILE.isIn(e)
        ? because("too many files and connections are open here", e)
        : e;
  }

  private static NoRoomException because(String message, IOException cause) {
    var noRoom = new NoRoomException(message);
    noRoom.initCause(cause);
    return noRoom;
  }
}
