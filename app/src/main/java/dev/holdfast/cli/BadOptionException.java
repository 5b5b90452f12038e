package dev.holdfast.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an option says cannot be done. The message is one line that names the option. */
final class BadOptionException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final Pattern LEADING_NAME = Pattern.compile("^[a-z][A-Za-z0-9]*(?= )");

  BadOptionException(String option, String reason, Exception cause) {
    super(option + ": " + reason, cause);
  }

  /**
   * Turns the complaint of a configuration record about one of its components into one about the
   * option of the same name: {@code bodyBytesMax must …} into {@code --body-bytes-max must …}.
   */
  static BadOptionException of(IllegalArgumentException complaint) {
    return new BadOptionException(complaint);
  }

  /** The same, where a command calls the option by another name. */
  BadOptionException about(String option, String otherName) {
    return getMessage().startsWith(option + ":")
        ? new BadOptionException(otherName, getMessage().substring(option.length() + 2), this)
        : this;
  }

  private BadOptionException(IllegalArgumentException complaint) {
    super(named(complaint.getMessage()), complaint);
  }

  private static String named(String message) {
    Matcher name = LEADING_NAME.matcher(message);
    return name.find()
        ? "--"
            + name.group().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT)
            + message.substring(name.end())
        : message;
  }
}
