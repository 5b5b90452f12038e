package dev.holdfast.fileserver;

import dev.holdfast.bounds.Bounds;
import java.util.EnumSet;
import java.util.Set;

/**
 * The switches for {@link Trouble} on a running file server. All are off at first.
 *
 * <p>Threading: may be used from any thread. A switch holds for requests that look at it later.
 */
public final class Troubles {
  private final Object lock = new Object();

  /** Guarded by lock. */
  private final Set<Trouble> on = EnumSet.noneOf(Trouble.class);

  /** Requests that HANG holds. Guarded by lock. */
  private int held;

  /** Requests still to be delayed. Guarded by lock. */
  private int delayed;

  /** Guarded by lock. */
  private long delayMs;

  Troubles() {}

  /** Switches a trouble on. */
  public void start(Trouble trouble) {
    synchronized (lock) {
      on.add(trouble);
    }
  }

  /** Switches a trouble off. Requests that {@link Trouble#HANG} held go on. */
  public void stop(Trouble trouble) {
    synchronized (lock) {
      on.remove(trouble);
      lock.notifyAll();
    }
  }

  /** Switches every trouble off, and the delay. */
  public void stopAll() {
    synchronized (lock) {
      on.clear();
      delayed = 0;
      lock.notifyAll();
    }
  }

  /**
   * Makes the next requests slower. A later call replaces the rest of an earlier one.
   *
   * @param requests how many, 0 or more
   * @param extraMs the time on top of the latency, in milliseconds, 0 or more
   */
  public void delayNext(int requests, long extraMs) {
    Bounds.orMore("requests", requests, 0);
    Bounds.orMore("extraMs", extraMs, 0);
    synchronized (lock) {
      delayed = requests;
      delayMs = extraMs;
    }
  }

  /** Returns how many requests {@link Trouble#HANG} holds now. */
  public int held() {
    synchronized (lock) {
      return held;
    }
  }

  boolean isOn(Trouble trouble) {
    synchronized (lock) {
      return on.contains(trouble);
    }
  }

  /** Waits while {@link Trouble#HANG} is on. */
  void awaitNoHang() throws InterruptedException {
    synchronized (lock) {
      held++;
      try {
        while (on.contains(Trouble.HANG)) {
          lock.wait();
        }
      } finally {
        held--;
      }
    }
  }

  /** Returns how long this request sleeps on top of the latency, in milliseconds. */
  long takeExtraMs() {
    synchronized (lock) {
      if (delayed == 0) {
        return 0;
      }
      delayed--;
      return delayMs;
    }
  }
}
