package dev.holdfast.counters.http;

import java.util.concurrent.Semaphore;

/**
 * Bounds the requests of one kind that are in progress: how many there are, and how many bytes
 * their bodies have.
 *
 * <p>Threading: may be used from any number of threads. No method waits.
 */
final class Room {
  private final Semaphore requests;
  private final Semaphore bytes;

  Room(int requestsMax, int bytesMax) {
    this.requests = new Semaphore(requestsMax);
    this.bytes = new Semaphore(bytesMax);
  }

  /**
   * Takes room for a request.
   *
   * @param length the bytes of its body, 0 or more
   * @return false if there is none
   */
  boolean take(int length) {
    if (!requests.tryAcquire()) {
      return false;
    }
    if (!bytes.tryAcquire(length)) {
      requests.release();
      return false;
    }
    return true;
  }

  void giveBack(int length) {
    bytes.release(length);
    requests.release();
  }

  /** Returns how many bytes are free now. */
  int bytesLeft() {
    return bytes.availablePermits();
  }

  /**
   * The room of one request, given back when it is closed.
   *
   * <p>Threading: for one thread at a time.
   */
  static final class Held implements AutoCloseable {
    private final Room room;
    private boolean isTaken;
    private int length;

    Held(Room room) {
      this.room = room;
    }

    /** Takes room for a request without a body. Returns false if there is none. */
    boolean take() {
      isTaken = room.take(0);
      return isTaken;
    }

    /** Takes room for more bytes of the body. Returns false if there is none. */
    boolean grow(int count) {
      if (!room.bytes.tryAcquire(count)) {
        return false;
      }
      length += count;
      return true;
    }

    @Override
    public void close() {
      if (isTaken) {
        room.giveBack(length);
      }
    }
  }
}
