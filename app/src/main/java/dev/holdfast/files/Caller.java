package dev.holdfast.files;

import java.io.IOException;

/**
 * The request that the present thread works for, as far as this package has to know of it. Whoever
 * takes requests says what it is; a thread that works for nobody in particular is {@link #NOBODY}.
 *
 * <p>Threading: may be used from any number of threads.
 */
public interface Caller {
  /** Waits without a bound and carries nothing. */
  Caller NOBODY =
      new Caller() {
        @Override
        public <T> T whileWaiting(Wait<T> wait, T refused)
            throws IOException, InterruptedException {
          return wait.run();
        }

        @Override
        public Runnable carried(Runnable task) {
          return task;
        }
      };

  /**
   * A wait for somebody else.
   *
   * @param <T> what comes of it
   */
  interface Wait<T> {
    /** Waits, and returns what has come of it. */
    T run() throws IOException, InterruptedException;
  }

  /**
   * Waits for the origin, in one of the places for requests that do so.
   *
   * @param refused the result if too many requests wait already; then nothing has been done
   */
  <T> T whileWaiting(Wait<T> wait, T refused) throws IOException, InterruptedException;

  /** Returns the task as one that runs for the same request on another thread. */
  Runnable carried(Runnable task);
}
