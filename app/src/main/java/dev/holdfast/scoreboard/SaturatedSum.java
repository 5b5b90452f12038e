package dev.holdfast.scoreboard;

/**
 * Sums that stop at the largest number. A log may be crafted, and a sum must never become negative.
 */
final class SaturatedSum {
  private SaturatedSum() {}

  /**
   * @param a 0 or more
   * @param b 0 or more
   */
  static long of(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }
}
