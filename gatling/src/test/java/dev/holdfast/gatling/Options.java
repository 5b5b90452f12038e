package dev.holdfast.gatling;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * The options of a simulation: system properties that start with {@code holdfast.}. A simulation
 * knows the options that it has asked for.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Options {
  private static final String PREFIX = "holdfast.";

  /** The option with Maven's build directory, which every simulation gets. */
  private static final String TARGET = "target";

  private static final Set<String> KNOWN = new ConcurrentSkipListSet<>(List.of(TARGET));

  private Options() {}

  /** Returns Maven's build directory, or one in the working directory without Maven. */
  static String target() {
    return text(TARGET, TARGET);
  }

  /**
   * Refuses unknown options. Call it at the end of a simulation's constructor, when it has asked
   * for all its options.
   *
   * @throws IllegalArgumentException if an option was given that was not asked for
   */
  static void requireKnown() {
    List<String> unknown =
        System.getProperties().stringPropertyNames().stream()
            .filter(property -> property.startsWith(PREFIX))
            .map(property -> property.substring(PREFIX.length()))
            .filter(option -> !KNOWN.contains(option))
            .sorted()
            .toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "no option of this simulation: "
              + String.join(", ", unknown)
              + "; it has "
              + String.join(
                  ", ", KNOWN.stream().filter(option -> !option.equals(TARGET)).toList()));
    }
  }

  static String text(String option, String otherwise) {
    KNOWN.add(option);
    String value = System.getProperty(PREFIX + option, "");
    return value.isBlank() ? otherwise : value.strip();
  }

  /**
   * Returns the value of an option.
   *
   * @throws IllegalArgumentException if it is not a whole number, or is negative
   */
  static int number(String option, int otherwise) {
    double number = decimal(option, otherwise);
    if (number != Math.rint(number)) {
      throw new IllegalArgumentException(
          PREFIX + option + " is no whole number: " + text(option, ""));
    }
    return (int) number;
  }

  /**
   * Returns the value of an option.
   *
   * @throws IllegalArgumentException if it is not a number, or is negative
   */
  static double decimal(String option, double otherwise) {
    String value = text(option, Double.toString(otherwise));
    double number;
    try {
      number = Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(PREFIX + option + " is no number: " + value, e);
    }
    if (!(number >= 0 && number <= Integer.MAX_VALUE)) {
      throw new IllegalArgumentException(PREFIX + option + " is out of range: " + value);
    }
    return number;
  }

  /**
   * Returns the value of an option, or false if it is not given.
   *
   * @throws IllegalArgumentException if it is neither true nor false
   */
  static boolean flag(String option) {
    String value = text(option, "false");
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              PREFIX + option + " is neither true nor false: " + value);
    };
  }
}
