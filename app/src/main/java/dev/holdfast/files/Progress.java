package dev.holdfast.files;

import java.util.concurrent.TimeUnit;

/**
 * When bytes of a transfer moved last, and what went wrong with it so far.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Progress {
  /** A transfer that moved so recently is worth waiting for, in milliseconds. */
  static final long RECENT_MS = 2_000;

  private volatile boolean moved;
  private volatile long lastNanos;
  private volatile String trouble = "the file server does not answer in time";

  void moved() {
    lastNanos = System.nanoTime();
    moved = true;
  }

  /** An attempt failed, and another one is to follow. */
  void failed(String detail) {
    trouble = detail;
  }

  /** Why there is no answer yet, in words. */
  String trouble() {
    return trouble;
  }

  boolean isRecent() {
    return moved && System.nanoTime() - lastNanos < TimeUnit.MILLISECONDS.toNanos(RECENT_MS);
  }
}
