package dev.holdfast.bench;

/**
 * The numbers of checked answers and of wrong answers among them.
 *
 * @param first the error of the first wrong answer; empty if there is none
 */
record Sample(int checked, int wrong, String first) {
  static final Sample NONE = new Sample(0, 0, "");

  Sample and(Sample other) {
    return new Sample(
        checked + other.checked, wrong + other.wrong, first.isEmpty() ? other.first : first);
  }
}
