package dev.holdfast.cli;

import java.util.Locale;

/**
 * How this process logs: JSON on standard output, or text on standard error. A command that runs on
 * decides with {@link #begin}; one that prints data never logs among it.
 */
enum LogOutput {
  /** One JSON object an event on standard output. */
  JSON,
  /** Text on standard error. */
  TEXT;

  private static final String FORMAT = "HOLDFAST_LOG_FORMAT";
  private static final String LEVEL = "HOLDFAST_LOG_LEVEL";

  /** What logback.xml takes the appender from. */
  private static final String APPENDER = "holdfast.log.appender";

  /**
   * Takes what the user wants, or a default. It has to be called before the first logger is made,
   * which is when logback.xml is read.
   *
   * @throws BadOptionException if the user wants something that there is not
   */
  static LogOutput begin(LogOutput byDefault) throws BadOptionException {
    LogOutput output = wanted(byDefault);
    System.setProperty(APPENDER, output.name());
    if (System.getenv(LEVEL) == null) {
      // A command for people says on standard output what comes up.
      System.setProperty(LEVEL, byDefault == TEXT && output == TEXT ? "WARN" : "INFO");
    }
    return output;
  }

  private static LogOutput wanted(LogOutput byDefault) throws BadOptionException {
    String wanted = System.getenv(FORMAT);
    if (wanted == null || wanted.isBlank()) {
      return byDefault;
    }
    try {
      return valueOf(wanted.strip().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new BadOptionException(FORMAT, "must be json or text, not " + wanted, e);
    }
  }
}
