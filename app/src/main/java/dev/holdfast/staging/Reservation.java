package dev.holdfast.staging;

import java.io.InterruptedIOException;
import java.util.Optional;

/**
 * Room that one body has. Bodies of unknown length reserve as they grow, in steps.
 *
 * <p>Threading: for one thread at a time.
 */
public final class Reservation implements AutoCloseable {
  private static final long STEP = 1024 * 1024;

  /** For bodies that are bounded otherwise. */
  static final Reservation NONE = new Reservation(null, 0, 0, 0);

  private final Room room;
  private final long waitMs;
  private long bytes;
  private long unwritten;
  private boolean released;
  private boolean handedOver;

  private Reservation(Room room, long bytes, long waitMs, long unwritten) {
    this.room = room;
    this.bytes = bytes;
    this.waitMs = waitMs;
    this.unwritten = unwritten;
  }

  /**
   * Reserves room for a body.
   *
   * @param bytes its length, or what is known of it, 0 or more
   * @param waitMs how long to wait for room, then and when it grows, in milliseconds, 0 or more
   * @throws NoRoomException if there is none in that time
   */
  static Reservation of(Room room, long bytes, long waitMs)
      throws NoRoomException, InterruptedException {
    requireTaken(room.reserve(bytes, waitMs), bytes);
    return new Reservation(room, bytes, waitMs, bytes);
  }

  /**
   * Room for a body, if there is any now.
   *
   * @param waitMs how long to wait for room when it grows, in milliseconds, 0 or more
   */
  static Optional<Reservation> ifFree(Room room, long bytes, long waitMs)
      throws InterruptedException {
    return room.reserve(bytes, 0) == Room.Answer.TAKEN
        ? Optional.of(new Reservation(room, bytes, waitMs, bytes))
        : Optional.empty();
  }

  /** Room that is taken whether there is any or not, for a body that is on the disk already. */
  static Reservation found(Room room, long bytes) {
    room.occupy(bytes);
    return new Reservation(room, bytes, 0, 0);
  }

  /** Makes sure that there is room for so many bytes, of which the last are about to be written. */
  void coverUpTo(long size, long aboutToBeWritten) throws NoRoomException, InterruptedIOException {
    if (room == null) {
      return;
    }
    if (size > bytes) {
      grow(size);
    }
    room.written(aboutToBeWritten);
    unwritten -= aboutToBeWritten;
  }

  private void grow(long size) throws NoRoomException, InterruptedIOException {
    long missing = size - bytes;
    long more = Math.max(missing, STEP);
    try {
      if (room.grow(more, 0) != Room.Answer.TAKEN) {
        more = missing;
        requireTaken(room.grow(more, waitMs), size);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for room");
    }
    bytes += more;
    unwritten += more;
  }

  private static void requireTaken(Room.Answer answer, long size) throws NoRoomException {
    switch (answer) {
      case TAKEN -> {}
      case TOO_MUCH_PENDING ->
          throw new NoRoomException(
              "too much waits to reach the file server: no room for " + size + " bytes");
      case DISK_NEARLY_FULL ->
          throw new NoRoomException(
              "the disk of the staging store is nearly full: no room for " + size + " bytes");
    }
  }

  /** Gives back what was reserved beyond so many bytes. */
  void trimTo(long size) {
    if (room != null && bytes > size) {
      writtenOrNot();
      room.shrink(bytes - size);
      bytes = size;
    }
  }

  /** Gives the room back, unless a write has taken it over. */
  @Override
  public void close() {
    if (!handedOver) {
      release();
    }
  }

  /** Lets a write have the room for as long as it is pending. */
  Reservation handOver() {
    handedOver = true;
    return this;
  }

  /** Gives everything back, once. */
  void release() {
    if (room != null && !released) {
      released = true;
      writtenOrNot();
      room.release(bytes);
    }
  }

  private void writtenOrNot() {
    room.written(unwritten);
    unwritten = 0;
  }
}
