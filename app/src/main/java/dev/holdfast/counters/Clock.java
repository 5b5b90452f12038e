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
   */
  void after(long delayMs, Runnable task);
}
