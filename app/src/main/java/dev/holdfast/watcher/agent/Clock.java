package dev.holdfast.watcher.agent;

/**
 * Both clocks at once.
 *
 * <p>Threading: may be used from any number of threads.
 */
@FunctionalInterface
public interface Clock {
  /** Returns the present moment. */
  Moment now();

  /**
   * A moment on both clocks.
   *
   * @param wallMicros the wall clock, in µs since the epoch. It may be set at any time
   * @param nanos the monotonic clock, in ns since some moment
   */
  record Moment(long wallMicros, long nanos) {
    /** Returns the wall clock in ms, rounded down. */
    public long wallMs() {
      return Math.floorDiv(wallMicros, 1_000L);
    }
  }
}
