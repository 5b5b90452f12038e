package dev.holdfast.http;

import java.io.IOException;
import java.io.InterruptedIOException;

/**
 * The place that a request has. While it waits for somebody else, the origin or another sidecar, it
 * gives its own one back and has one among those who wait: however many do so, they keep nobody
 * from what can be done here.
 *
 * <p>Threading: a request waits on the thread that it is handled on; it may end on any thread.
 */
public final class RequestPlace {
  private static final ScopedValue<RequestPlace> CURRENT = ScopedValue.newInstance();

  private final Bulkhead home;
  private final Bulkhead waiting;
  private final long queueWaitMs;
  private Bulkhead now; // null once the request has ended; guarded by this

  /** The home bulkhead has been entered. */
  RequestPlace(Bulkhead home, Bulkhead waiting, long queueWaitMs) {
    this.home = home;
    this.waiting = waiting;
    this.queueWaitMs = queueWaitMs;
    this.now = home;
  }

  /** A wait for somebody else. */
  public interface Wait<T> {
    /** Waits. */
    T run() throws IOException, InterruptedException;
  }

  /**
   * Waits outside the places for what is done here. On a thread that has no request it just waits.
   * Where all places are taken afterwards, the request ends in the one that it waited in: what has
   * come of the wait is to be said.
   *
   * @param refused the result if too many wait already; then nothing has been done
   */
  public static <T> T whileWaiting(Wait<T> wait, T refused)
      throws IOException, InterruptedException {
    return CURRENT.isBound() ? CURRENT.get().outside(wait, refused) : wait.run();
  }

  /** Runs what handles a request that has this place. */
  <X extends Exception> boolean call(ScopedValue.CallableOp<Boolean, X> handling) throws X {
    return ScopedValue.where(CURRENT, this).call(handling);
  }

  private <T> T outside(Wait<T> wait, T refused) throws IOException, InterruptedException {
    if (isWaiting()) {
      return wait.run();
    }
    if (!waiting.enter(0)) {
      return refused;
    }
    change(waiting);
    T result = wait.run();
    if (home.enter(0)) {
      change(home);
    }
    return result;
  }

  /**
   * A body is about to be read, which can take long: not in the place of one that waits.
   *
   * @throws ProblemException 503 if there is no other one
   */
  static void requireForBody() throws InterruptedIOException {
    if (CURRENT.isBound() && CURRENT.get().isWaiting()) {
      CURRENT.get().goHome();
    }
  }

  private void goHome() throws InterruptedIOException {
    try {
      if (!home.enter(queueWaitMs)) {
        throw Places.CROWDED.asException();
      }
      change(home);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a place");
    }
  }

  private synchronized boolean isWaiting() {
    return now == waiting;
  }

  /** The next place has been entered; the present one is left. */
  private synchronized void change(Bulkhead next) {
    Bulkhead before = now == null ? next : now; // a request that has ended needs none
    now = now == null ? null : next;
    before.leave();
  }

  /** The request has ended. */
  synchronized void end() {
    if (now != null) {
      now.leave();
      now = null;
    }
  }
}
