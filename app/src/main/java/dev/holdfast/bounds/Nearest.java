package dev.holdfast.bounds;

import java.util.Collection;
import java.util.Comparator;

/** Finds the known word that a misspelled one most likely means. */
public final class Nearest {
  private Nearest() {}

  /**
   * Returns the known word with the fewest insertions, removals and replacements of characters from
   * the given one. If there are several, it returns the first in alphabetical order.
   *
   * @param known the known words, at least one
   */
  public static String to(String word, Collection<String> known) {
    return known.stream()
        .sorted()
        .min(Comparator.comparingInt(other -> distance(word, other)))
        .orElseThrow();
  }

  /** Returns the Levenshtein distance. It keeps one row of the table at a time. */
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
