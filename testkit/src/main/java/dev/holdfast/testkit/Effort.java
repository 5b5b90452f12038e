package dev.holdfast.testkit;

/**
 * The extent of a test that could go on for ever: through every case of a kind, or over more seeds,
 * kills and requests. {@code make test} takes the short form, which has at least one case of every
 * kind. {@code make test-long} takes the long form, {@code holdfast.long} times. Classes with a
 * long form are tagged {@code long}.
 */
public final class Effort {
  /** How many times the long form runs; 0 is the short form. */
  private static final int TIMES = Integer.getInteger("holdfast.long", 0);

  private Effort() {}

  /** Returns true in the long form. */
  public static boolean isLong() {
    return TIMES > 0;
  }

  /**
   * Returns how many of something a test takes.
   *
   * @param inShort how many in the short form
   * @param inLong how many in the long form, once
   */
  public static int of(int inShort, int inLong) {
    return isLong() ? Math.multiplyExact(inLong, TIMES) : inShort;
  }
}
