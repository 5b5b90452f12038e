package dev.holdfast.watcher.probe;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that the answers of all checks in flight share: heads, bodies, and the URLs that
 * redirects lead to.
 *
 * <p>Threading: any number of threads.
 */
final class BodyRoom {
  private final long bytesMax;
  private final AtomicLong taken = new AtomicLong();

  BodyRoom(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /**
   * Takes room, or gives some back. Returns false, and takes none, if there is not enough.
   *
   * @param bytes less than 0 to give back
   */
  boolean take(long bytes) {
    if (taken.addAndGet(bytes) > bytesMax && bytes > 0) {
      taken.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  void leave(long bytes) {
    taken.addAndGet(-bytes);
  }

  /** Returns how much is taken, in bytes. */
  long takenBytes() {
    return taken.get();
  }
}
