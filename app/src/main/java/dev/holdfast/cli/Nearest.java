package dev.holdfast.cli;

import java.util.Collection;
import java.util.Comparator;

/** Finds the known word that a misspelled one most likely means. */
final class Nearest {
  private Nearest() {}

  /**
   * Returns the known word that the fewest insertions, removals and replacements of characters make
   * of the given one; of several the first in the order of the alphabet.
   *
   * @param known at least one
   */
  static String to(String word, Collection<String> known) {
    return known.stream()
        .sorted()
        .min(Comparator.comparingInt(other -> distance(word, other)))
        .orElseThrow();
  }

  /** The distance of Levenshtein, a row of the table at a time. */
  private static int distance(String from, String to) {
    int[] above = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
      }
      above = row;
    }
    return above[to.length()];
  }
}
