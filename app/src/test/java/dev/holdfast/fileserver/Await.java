package dev.holdfast.fileserver;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what will be so in a moment. */
final class Await {
  private static final Duration MOST = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(2);

  private Await() {}

  static void until(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + MOST.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("did not come about within " + MOST + ": " + what);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
