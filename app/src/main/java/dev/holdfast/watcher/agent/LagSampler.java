package dev.holdfast.watcher.agent;

/**
 * The lags of the agent's own event loops.
 *
 * <p>Threading: may be used from any number of threads.
 */
@FunctionalInterface
public interface LagSampler {
  /**
   * Returns the worst lag between two moments of the monotonic clock, in µs, or 0 if there was
   * none.
   */
  long worstMicros(long fromNanos, long toNanos);
}
