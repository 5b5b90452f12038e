package dev.holdfast.origin;

/**
 * Hears of every request that the origin answered. An answer tells that the origin has not been
 * restarted while the connection stood: from before {@code openedNanos} until after {@code
 * sentNanos}.
 *
 * <p>Threading: called on the thread of the request, by several of them at once.
 */
@FunctionalInterface
public interface Answered {
  /**
   * Takes note of one answer. An exception is logged, and changes nothing for the request.
   *
   * @param openedNanos a moment at or after the connection was opened, on {@link System#nanoTime()}
   * @param sentNanos a moment at or before the first byte of the request went out on that
   *     connection; the same as {@code openedNanos} for the connection's first request
   */
  void answered(long openedNanos, long sentNanos);
}
