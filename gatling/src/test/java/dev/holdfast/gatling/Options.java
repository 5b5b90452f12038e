package dev.holdfast.gatling;

/** The options of a simulation: system properties that start with {@code holdfast.}. */
final class Options {
  private Options() {}

  static String text(String option, String otherwise) {
    String value = System.getProperty("holdfast." + option, "");
    return value.isBlank() ? otherwise : value.strip();
  }

  /**
   * @throws IllegalArgumentException when the option is no whole number, or negative
   */
  static int number(String option, int otherwise) {
    double number = decimal(option, otherwise);
    if (number != Math.rint(number)) {
      throw new IllegalArgumentException(
          "holdfast." + option + " is no whole number: " + text(option, ""));
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
      throw new IllegalArgumentException("holdfast." + option + " is no number: " + value, e);
    }
    if (!(number >= 0 && number <= Integer.MAX_VALUE)) {
      throw new IllegalArgumentException("holdfast." + option + " is out of range: " + value);
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
              "holdfast." + option + " is neither true nor false: " + value);
    };
  }
}
