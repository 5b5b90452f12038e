package dev.holdfast.bench;

/**
 * How many answers were looked at, and how many of them were not what they had to be.
 *
 * @param first what was wrong with the first of these; empty if there is none
 */
record Sample(int checked, int wrong, String first) {
  static final Sample NONE = new Sample(0, 0, "");

  Sample and(Sample other) {
    return new Sample(
        checked + other.checked, wrong + other.wrong, first.isEmpty() ? other.first : first);
  }
}
