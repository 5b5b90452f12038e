package dev.holdfast.watcher.probe;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Takes a body as it comes, up to a bound. It keeps the bytes only if somebody will look at them.
 * It also holds the room that the head takes which HttpCore keeps.
 *
 * <p>Threading: any number of threads: a visit may be abandoned while its loop takes bytes. The
 * lock is this object.
 */
final class BodyStore {
  /**
   * A line, a field or a frame counts for so many bytes more than it has (as in RFC 9113, 6.5.2).
   */
  static final int PIECE_BYTES = 32;

  /** A byte of a head takes about so many: as characters of a line, and in the value of a field. */
  private static final int HEAD_FACTOR = 4;

  private static final int FIRST_BYTES = 8 << 10;

  private final BodyRoom room;
  private final int bytesMax;
  private byte[] bytes = new byte[0];
  private long headRoom;
  private volatile long count; // written under the lock
  private boolean isKept;
  private boolean isLeft;

  /** The room of all answers is taken: the agent has no memory for more. */
  static final class NoRoomException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoRoomException() {
      super(
          "the answers of all checks in flight take all the memory that they may",
          null,
          false,
          false);
    }
  }

  BodyStore(BodyRoom room, int bytesMax) {
    this.room = room;
    this.bytesMax = bytesMax;
  }

  /** Keeps the bytes that come from now on, since somebody will look at them. */
  synchronized void keep() {
    isKept = true;
  }

  /**
   * Takes bytes, as many as the bound allows. After the room was left it passes over them.
   *
   * @return false if there were more
   * @throws NoRoomException if there is no room for them
   */
  synchronized boolean take(ByteBuffer more) {
    long before = count;
    int taken = (int) Math.min(more.remaining(), bytesMax - before);
    if (isKept && !isLeft && taken > 0) {
      grow((int) before + taken);
      more.get(bytes, (int) before, taken);
    } else {
      more.position(more.position() + taken);
    }
    count = before + taken;
    return !more.hasRemaining();
  }

  /**
   * Takes the room of a head, instead of that which it had before. After the room was left it takes
   * none.
   *
   * @param size the bytes that came of it, and {@value #PIECE_BYTES} for each piece
   * @return false if a head may not be so large
   * @throws NoRoomException if there is no room for it
   */
  synchronized boolean head(long size) {
    if (size > Wires.HEAD_BYTES_MAX) {
      return false;
    }
    long more = HEAD_FACTOR * size - headRoom;
    if (!isLeft && more != 0) {
      if (!room.take(more)) {
        throw new NoRoomException();
      }
      headRoom += more;
    }
    return true;
  }

  /** Returns how many bytes were taken. */
  long count() {
    return count;
  }

  /** Returns the bytes that were kept. */
  synchronized byte[] kept() {
    return Arrays.copyOf(bytes, isKept ? (int) count : 0);
  }

  /** Gives the room back. The bytes are gone. */
  synchronized void leave() {
    isLeft = true;
    room.leave(bytes.length + headRoom);
    bytes = new byte[0];
    headRoom = 0;
  }

  synchronized boolean isLeft() {
    return isLeft;
  }

  private void grow(int needed) {
    if (needed <= bytes.length) {
      return;
    }
    int grown = Math.min(bytesMax, Math.max(FIRST_BYTES, Math.max(needed, 2 * bytes.length)));
    if (!room.take(grown - bytes.length)) {
      throw new NoRoomException();
    }
    bytes = Arrays.copyOf(bytes, grown);
  }
}
