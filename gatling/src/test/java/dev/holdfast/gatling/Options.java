package dev.holdfast.gatling;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * The options of a simulation: system properties that start with {@code holdfast.}. Those that it
 * knows are those that it has asked for.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Options {
  private static final String PREFIX = "holdfast.";

  /** Where Maven builds, which it says to every simulation. */
  private static final String TARGET = "target";

  private static final Set<String> KNOWN = new ConcurrentSkipListSet<>(List.of(TARGET));

  private Options() {}

  /** Maven's directory for what is built; where there is no Maven, one in the working directory. */
  static String target() {
    return text(TARGET, TARGET);
  }

  /**
   * For the end of a simulation's constructor, when all options have been asked for.
   *
   * @throws IllegalArgumentException when one is given that was not
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
   * @throws IllegalArgumentException when the option is no whole number, or negative
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
   * @throws IllegalArgumentException when the option is no number, or negative
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
   * False unless the option says otherwise.
   *
   * @throws IllegalArgumentException when the option is neither true nor false
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
