package dev.holdfast.staging;

import java.io.InterruptedIOException;

/**
 * Room that one body has. Bodies of unknown length reserve as they grow, in steps.
 *
 * <p>Threading: for one thread at a time.
 */
final class Reservation {
  private static final long STEP = 1024 * 1024;

  /** For bodies that are bounded otherwise. */
  static final Reservation NONE = new Reservation(null, 0, 0);

  private final Room room;
  private final long waitMs;
  private long bytes;
  private boolean released;

  Reservation(Room room, long bytes, long waitMs) {
    this.room = room;
    this.bytes = bytes;
    this.waitMs = waitMs;
  }

  /** Makes sure that there is room for so many bytes. */
  void coverUpTo(long size) throws NoRoomException, InterruptedIOException {
    if (room == null || size <= bytes) {
      return;
    }
    long missing = size - bytes;
    long step = Math.max(missing, STEP);
    try {
      if (room.grow(step, 0)) {
        bytes += step;
      } else if (room.grow(missing, waitMs)) {
        bytes += missing;
      } else {
        throw new NoRoomException("no room for a body of " + size + " bytes");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for room");
    }
  }

  /** Gives back what was reserved beyond so many bytes. */
  void trimTo(long size) {
    if (room != null && bytes > size) {
      room.shrink(bytes - size);
      bytes = size;
    }
  }

  /** Gives everything back, once. */
  void release() {
    if (room != null && !released) {
      released = true;
      room.release(bytes);
    }
  }
}
