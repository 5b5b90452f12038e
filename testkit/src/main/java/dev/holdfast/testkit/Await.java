package dev.holdfast.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions that hold in a moment. */
public final class Await {
  private static final Duration MOST = Patience.STEP;
  private static final Duration PAUSE = Duration.ofMillis(2);

  private Await() {}

  /** Returns when the condition holds. Fails if it never does. */
  public static void until(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + MOST.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("did not come about within " + MOST + ": " + what);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
