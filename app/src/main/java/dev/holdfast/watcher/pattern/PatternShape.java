package dev.holdfast.watcher.pattern;

/**
 * The measure of a pattern, or of a part of one.
 *
 * @param size about how many instructions its program has
 * @param isEmptyable true if it can match the empty text, at some place at least
 * @param isEverywhere true if it matches the empty text at every place of every page
 */
record PatternShape(long size, boolean isEmptyable, boolean isEverywhere) {
  /** Nothing: it has no instruction, and matches the empty text. */
  static final PatternShape EMPTY = new PatternShape(0, true, true);

  /** One character. */
  static final PatternShape CHARACTER = new PatternShape(1, false, false);

  /** A condition on a place, such as the begin of a line. */
  static final PatternShape CONDITION = new PatternShape(1, true, false);

  /** Far beyond every bound, and far from an overflow. */
  private static final long HUGE = 1L << 40;

  PatternShape {
    size = Math.min(size, HUGE);
  }

  /** Returns so many characters in a row. */
  static PatternShape characters(int count) {
    return count == 0 ? EMPTY : new PatternShape(count, false, false);
  }

  /** Returns this and the other one behind it. */
  PatternShape then(PatternShape other) {
    return new PatternShape(
        size + other.size, isEmptyable && other.isEmptyable, isEverywhere && other.isEverywhere);
  }

  /** Returns this or the other one. */
  PatternShape or(PatternShape other) {
    return new PatternShape(
        size + 1 + other.size,
        isEmptyable || other.isEmptyable,
        isEverywhere || other.isEverywhere);
  }

  /** Returns this in brackets that remember what is in them. */
  PatternShape captured() {
    return new PatternShape(size + 2, isEmptyable, isEverywhere);
  }

  /** Returns this as a condition on what comes before it or after it. */
  PatternShape ahead() {
    return new PatternShape(size + 1, true, false);
  }

  /**
   * Returns this in a row.
   *
   * @param least how often at least
   * @param most how often at most, or -1 for no bound
   */
  PatternShape repeated(int least, int most) {
    // As RE2 writes it: x{2,4} is xx(x(x)?)?, and x{2,} is xx+.
    long optional = most < 0 ? 0 : (long) (most - least) * (size + 1);
    long loop = most < 0 ? (least == 0 ? size + 1 : 1) : 0;
    return new PatternShape(
        least * size + optional + loop, isEmptyable || least == 0, isEverywhere || least == 0);
  }
}
