package dev.holdfast.counters;

/** Monotonic time, and things to do later. The wall clock has no say in anything. */
interface Clock {
  /** Returns nanoseconds since some moment; only differences mean something. */
  long nanoTime();

  /**
   * Runs a task once, after so many ms, on any thread. After the end of the actor it may be left.
   */
  void after(long delayMs, Runnable task);
}
