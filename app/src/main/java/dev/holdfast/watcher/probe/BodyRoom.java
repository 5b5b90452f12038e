package dev.holdfast.watcher.probe;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that the bodies of all checks in flight share.
 *
 * <p>Threading: any number of threads.
 */
final class BodyRoom {
  private final long bytesMax;
  private final AtomicLong taken = new AtomicLong();

  BodyRoom(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Takes room. Returns false, and takes none, if there is not enough. */
  boolean take(long bytes) {
    if (taken.addAndGet(bytes) > bytesMax) {
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
