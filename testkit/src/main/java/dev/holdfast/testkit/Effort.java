package dev.holdfast.testkit;

/**
 * How far a test goes that could go on forever: through every case of a kind, or over more seeds,
 * kills and requests. {@code make test} takes its short form, which has at least one case of every
 * kind. {@code make test-long} takes the long one, {@code holdfast.long} times; the classes that
 * have one are tagged {@code long}.
 */
public final class Effort {
  /** 0 is the short form. */
  private static final int TIMES = Integer.getInteger("holdfast.long", 0);

  private Effort() {}

  /** Returns true in the long form. */
  public static boolean isLong() {
    return TIMES > 0;
  }

  /**
   * How many of something there are.
   *
   * @param inLong of the long form, once
   */
  public static int of(int inShort, int inLong) {
    return isLong() ? Math.multiplyExact(inLong, TIMES) : inShort;
  }
}
