package dev.holdfast.cli;

import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an option says cannot be done. The message is one line that names the option. */
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
   * Makes configuration records. Their complaint about one of their components becomes one about
   * the option of the same name: {@code bodyBytesMax must …} is {@code --body-bytes-max must …}.
   *
   * @param options the options of components that are not called like them
   */
  static <T> T checked(Supplier<T> configuration, Map<String, String> options)
      throws BadOptionException {
    try {
      return configuration.get();
    } catch (IllegalArgumentException e) {
      throw ofComponent(e.getMessage(), options, e);
    }
  }

  /** The same, where all options are called like their components. */
  static <T> T checked(Supplier<T> configuration) throws BadOptionException {
    return checked(configuration, Map.of());
  }

  /** Makes a complaint about a component one about its option, as {@link #checked} does. */
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

  /** The option that is called like a component. */
  static String option(String component) {
    return "--" + component.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
