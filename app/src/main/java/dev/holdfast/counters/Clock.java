package dev.holdfast.counters;

/** Monotonic time, and things to do later. The wall clock has no say in anything. */
public interface Clock {
  /** Returns nanoseconds since some moment; only differences mean something. */
  long nanoTime();

  /**
   * Runs a task once, on any thread. Does not wait. After the end of the actor the task may be left
   * out.
   *
   * @param delayMs in how many milliseconds, 0 or more
   * @return the task that waits; a caller that never cancels it needs it not
   */
  Later after(long delayMs, Runnable task);

  /** A task that waits for its time. */
  interface Later {
    /**
     * Lets go of the task: the clock holds nothing of it any more, and does not run it. A task that
     * runs or has run is left alone. Does not wait.
     */
    void cancel();
  }
}
