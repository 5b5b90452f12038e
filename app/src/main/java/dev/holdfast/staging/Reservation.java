package dev.holdfast.staging;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;

/**
 * Room that one body has. It is taken as the body grows, a little ahead of it, so that a body that
 * does not come takes none.
 *
 * <p>Threading: for one thread at a time.
 */
public final class Reservation implements AutoCloseable {
  /** The most that is taken ahead, in bytes; of a short body a quarter of what is there. */
  private static final long AHEAD_MAX = 1024 * 1024;

  private final Room room;
  private final long length;
  private final long waitMs;
  private Room.Use use;
  private long bytes;
  private long unwritten;
  private boolean released;
  private boolean handedOver;

  /**
   * @param length how long the body will be, as far as is known
   */
  private Reservation(
      Room room, Room.Use use, long length, long bytes, long unwritten, long waitMs) {
    this.room = room;
    this.use = use;
    this.length = length;
    this.bytes = bytes;
    this.unwritten = unwritten;
    this.waitMs = waitMs;
  }

  /**
   * For a body that a client is about to send: none is taken yet, whatever it has announced.
   *
   * @param length in bytes, or -1 if it was not said
   * @param waitMs how long to wait for room, now, when it grows and when it is whole, in
   *     milliseconds, 0 or more
   * @throws NoRoomException if it is longer than what could ever be taken, or if what is pending
   *     leaves no room for it now
   */
  static Reservation incoming(Room room, long length, long waitMs)
      throws IOException, InterruptedException {
    requirePossible(room, Room.Use.INCOMING, length);
    requireTaken(
        room.awaitRoom(Room.Use.PENDING, Math.max(0, length), waitMs), Room.Use.PENDING, length);
    requireTaken(room.take(Room.Use.INCOMING, 0, 1, waitMs), Room.Use.INCOMING, length);
    return new Reservation(
        room, Room.Use.INCOMING, length < 0 ? Long.MAX_VALUE : length, 0, 0, waitMs);
  }

  /** For a body that the origin is about to send. It never waits: it has a place there. */
  static Reservation fetched(Room room) throws IOException {
    try {
      requireTaken(room.take(Room.Use.FETCHED, 0, 1, 0), Room.Use.FETCHED, 0);
    } catch (InterruptedException e) {
      throw interrupted();
    }
    return new Reservation(room, Room.Use.FETCHED, Long.MAX_VALUE, 0, 0, 0);
  }

  /**
   * For a write whose body is whole, in memory, or that has none.
   *
   * @throws NoRoomException if there is no room in that time, in milliseconds
   */
  static Reservation pending(Room room, long bytes, long waitMs)
      throws IOException, InterruptedException {
    requireTaken(room.take(Room.Use.PENDING, bytes, 1, waitMs), Room.Use.PENDING, bytes);
    return new Reservation(room, Room.Use.PENDING, bytes, bytes, bytes, 0);
  }

  /** The same, if there is room now. */
  static Optional<Reservation> pendingIfFree(Room room, long bytes)
      throws IOException, InterruptedException {
    return room.take(Room.Use.PENDING, bytes, 1, 0) == Room.Answer.TAKEN
        ? Optional.of(new Reservation(room, Room.Use.PENDING, bytes, bytes, bytes, 0))
        : Optional.empty();
  }

  /** The same, and nothing is evicted for it. */
  static Optional<Reservation> pendingAtOnce(Room room, long bytes) {
    return room.takeAtOnce(Room.Use.PENDING, bytes)
        ? Optional.of(new Reservation(room, Room.Use.PENDING, bytes, bytes, bytes, 0))
        : Optional.empty();
  }

  /** Room that is taken whether there is any or not, for a write that is on the disk already. */
  static Reservation found(Room room, long bytes) {
    room.occupy(Room.Use.PENDING, bytes);
    return new Reservation(room, Room.Use.PENDING, bytes, bytes, 0, 0);
  }

  /** Makes sure that there is room for so many bytes, of which the last are about to be written. */
  void coverUpTo(long size, long aboutToBeWritten) throws IOException {
    if (size > bytes) {
      grow(size);
    }
    room.written(aboutToBeWritten);
    unwritten -= aboutToBeWritten;
  }

  private void grow(long size) throws IOException {
    if (use == Room.Use.INCOMING) {
      requirePossible(room, Room.Use.INCOMING, size);
    }
    long missing = size - bytes;
    long ahead = Math.min(Math.min(size / 4, AHEAD_MAX), Math.max(0, length - size));
    try {
      long more = missing + ahead;
      if (ahead == 0 || room.take(use, more, 0, 0) != Room.Answer.TAKEN) {
        more = missing;
        requireTaken(room.take(use, more, 0, waitMs), use, size);
      }
      bytes += more;
      unwritten += more;
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** The body is whole: from now on it has the room of a pending write, for which it may wait. */
  void becomePending() throws IOException {
    if (use != Room.Use.INCOMING) {
      return;
    }
    try {
      requireTaken(
          room.move(Room.Use.INCOMING, Room.Use.PENDING, bytes, waitMs), Room.Use.PENDING, bytes);
      use = Room.Use.PENDING;
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while waiting for room");
  }

  private static void requirePossible(Room room, Room.Use use, long size) throws NoRoomException {
    if (!room.couldHold(use, size)) {
      requireTaken(Room.Answer.SHARE_FULL, use, size);
    }
    if (!room.couldHold(Room.Use.PENDING, size)) {
      requireTaken(Room.Answer.SHARE_FULL, Room.Use.PENDING, size);
    }
  }

  private static void requireTaken(Room.Answer answer, Room.Use use, long size)
      throws NoRoomException {
    String bytes = size < 0 ? "a body" : size + " bytes";
    switch (answer) {
      case TAKEN -> {}
      case SHARE_FULL ->
          throw new NoRoomException(
              switch (use) {
                case INCOMING -> "too much is coming in at once: no room for " + bytes;
                case PENDING -> "too much waits to reach the file server: no room for " + bytes;
                case FETCHED -> "too much is being fetched: no room for " + bytes;
              });
      case DISK_NEARLY_FULL ->
          throw new NoRoomException(
              "the disk of the staging store is nearly full: no room for " + bytes);
    }
  }

  /** Gives back what was taken beyond so many bytes. */
  void trimTo(long size) {
    if (bytes > size) {
      writtenOrNot();
      room.give(use, bytes - size, 0);
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
    if (!released) {
      released = true;
      writtenOrNot();
      room.give(use, bytes, 1);
    }
  }

  private void writtenOrNot() {
    if (unwritten != 0) {
      room.written(unwritten);
      unwritten = 0;
    }
  }
}
