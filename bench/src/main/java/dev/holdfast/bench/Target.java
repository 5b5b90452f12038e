package dev.holdfast.bench;

import java.util.Locale;

/** The target of Holdfast in a row. */
sealed interface Target {
  /** At least so many times the figure of another candidate. */
  record Times(double least, Candidate of) implements Target {}

  /** At least so much. */
  record Least(double value) implements Target {}

  /** At most so much. */
  record Most(double value) implements Target {}

  /** Returns the target in words. */
  default String text() {
    return switch (this) {
      case Times(double least, Candidate of) -> "≥ " + number(least) + " × " + of.title();
      case Least(double value) -> "≥ " + number(value);
      case Most(double value) -> "≤ " + number(value);
    };
  }

  /** Returns a number as text, with its significant digits alone. */
  static String number(double value) {
    if (value == Math.rint(value) || Math.abs(value) >= 100) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, Math.abs(value) >= 10 ? "%.1f" : "%.2f", value);
  }
}
