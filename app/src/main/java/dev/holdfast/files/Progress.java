package dev.holdfast.files;

import java.util.concurrent.TimeUnit;

/**
 * When bytes of a transfer moved last.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Progress {
  /** A transfer that moved so recently is worth waiting for, in milliseconds. */
  static final long RECENT_MS = 2_000;

  private volatile boolean moved;
  private volatile long lastNanos;

  void moved() {
    lastNanos = System.nanoTime();
    moved = true;
  }

  boolean isRecent() {
    return moved && System.nanoTime() - lastNanos < TimeUnit.MILLISECONDS.toNanos(RECENT_MS);
  }
}
