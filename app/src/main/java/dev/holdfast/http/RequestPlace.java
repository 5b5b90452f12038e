package dev.holdfast.http;

import java.io.IOException;
import java.io.InterruptedIOException;

/**
 * The place that a request has. While it waits for somebody else, the origin or another sidecar, it
 * gives its place back and takes one of the places for waiting. So waiting requests, however many,
 * keep no other from work that can be done here.
 *
 * <p>Threading: a request waits on the thread that it is handled on; it may end on any thread.
 */
public final class RequestPlace {
  private static final ScopedValue<RequestPlace> CURRENT = ScopedValue.newInstance();

  private final Bulkhead home;
  private final Bulkhead waiting;
  private final long queueWaitMs;
  private Bulkhead now; // null once the request has ended; guarded by this

  /** Makes the place of a request that has entered its home bulkhead. */
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
   * Waits in a place for waiting. A thread without a request just waits. If no other place is free
   * afterwards, the request ends in the one in which it waited, so that the client learns the
   * result.
   *
   * @param refused the result if too many requests wait already; nothing has been done then
   */
  public static <T> T whileWaiting(Wait<T> wait, T refused)
      throws IOException, InterruptedException {
    return CURRENT.isBound() ? CURRENT.get().outside(wait, refused) : wait.run();
  }

  /** Runs the handling of the request that has this place. */
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
   * Leaves a place for waiting before a body is read, which can take long.
   *
   * @throws ProblemException 503 if no other place is free
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

  /** Leaves the present place for the next one, which has been entered already. */
  private synchronized void change(Bulkhead next) {
    Bulkhead before = now == null ? next : now; // a request that has ended needs no place
    now = now == null ? null : next;
    before.leave();
  }

  /** Gives the place back, since the request has ended. */
  synchronized void end() {
    if (now != null) {
      now.leave();
      now = null;
    }
  }
}
