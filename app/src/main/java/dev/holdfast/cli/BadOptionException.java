package dev.holdfast.cli;

import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells that the value of an option cannot be used. The message is one line that names the option.
 */
final class BadOptionException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final Pattern LEADING_NAME = Pattern.compile("^([a-z][A-Za-z0-9]*) ");

  BadOptionException(String option, String reason, Exception cause) {
    this(option + ": " + reason, cause);
  }

  private BadOptionException(String message, Exception cause) {
    super(String.join(" ", message.lines().toList()), cause);
  }

  /**
   * Makes configuration records. A complaint about a component becomes one about its option: {@code
   * bodyBytesMax must …} becomes {@code --body-bytes-max must …}.
   *
   * @param options the options that are not named after their components, by component
   */
  static <T> T checked(Supplier<T> configuration, Map<String, String> options)
      throws BadOptionException {
    try {
      return configuration.get();
    } catch (IllegalArgumentException e) {
      throw ofComponent(e.getMessage(), options, e);
    }
  }

  /** Does the same where all options are named after their components. */
  static <T> T checked(Supplier<T> configuration) throws BadOptionException {
    return checked(configuration, Map.of());
  }

  /** Turns a complaint about a component into one about its option, as {@link #checked} does. */
  static BadOptionException ofComponent(
      String complaint, Map<String, String> options, Exception cause) {
    return new BadOptionException(named(complaint, options), cause);
  }

  private static String named(String message, Map<String, String> options) {
    Matcher name = LEADING_NAME.matcher(message);
    if (!name.find()) {
      throw new IllegalStateException("a complaint that does not begin with a name: " + message);
    }
    return options.getOrDefault(name.group(1), option(name.group(1)))
        + message.substring(name.end(1));
  }

  /** Returns the option that is named after a component. */
  static String option(String component) {
    return "--" + component.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
