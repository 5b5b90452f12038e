package dev.holdfast.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions that hold in a moment. */
public final class Await {
  private static final Duration MOST = Patience.STEP;
  private static final Duration PAUSE_MIN = Duration.ofMillis(2);
  private static final Duration PAUSE_MAX = Duration.ofMillis(20);

  /** A pause is at most this share of the time since the start: looking often is work, too. */
  private static final int SHARE = 10;

  /** A pause is as long as the look before it, and at most so long: some looks are much work. */
  private static final Duration LOOK_MAX = Duration.ofMillis(200);

  private Await() {}

  /** Returns when the condition holds. Fails if it never does. */
  public static void until(String what, Callable<Boolean> condition) throws Exception {
    long start = System.nanoTime();
    long looked = start;
    while (!condition.call()) {
      long now = System.nanoTime();
      long waited = now - start;
      if (waited > MOST.toNanos()) {
        throw new AssertionError("did not come about within " + MOST + ": " + what);
      }
      long pause = Math.clamp(waited / SHARE, PAUSE_MIN.toNanos(), PAUSE_MAX.toNanos());
      LockSupport.parkNanos(Math.max(pause, Math.min(now - looked, LOOK_MAX.toNanos())));
      looked = System.nanoTime();
    }
  }
}
