package dev.holdfast.staging;

import dev.holdfast.posix.Errno;
import java.io.IOException;

/**
 * There is no room for a body: too much comes in or is pending, the disk is nearly full, or no file
 * descriptor is left. Nothing of a write is staged that fails so while its body comes in.
 */
public final class NoRoomException extends IOException {
  private static final long serialVersionUID = 1L;

  NoRoomException(String message) {
    super(message);
  }

  /**
   * Returns the failure as one of this kind, or as it is if it is of another. A disk that is full
   * after all (ENOSPC, EDQUOT) has no room either, nor has a process without a file descriptor
   * (EMFILE, ENFILE), wherever that stands in the chain of causes.
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
