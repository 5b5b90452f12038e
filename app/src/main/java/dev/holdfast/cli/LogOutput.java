package dev.holdfast.cli;

import java.util.Locale;

/**
 * The form of this process's log: JSON on standard output, or text on standard error. A command
 * that stays running decides with {@link #begin}. A command that prints data never logs among it.
 */
enum LogOutput {
  /** One JSON object for each event, on standard output. */
  JSON,
  /** Text on standard error. */
  TEXT;

  private static final String FORMAT = "HOLDFAST_LOG_FORMAT";
  private static final String LEVEL = "HOLDFAST_LOG_LEVEL";

  /** The property that names the appender for logback.xml. */
  private static final String APPENDER = "holdfast.log.appender";

  /** The properties that name the queues before the appender and the file. */
  private static final String QUEUE = "holdfast.log.queue";

  private static final String FILE_QUEUE = "holdfast.log.file.queue";

  /**
   * Sets the user's choice, or a default. Call it before the first logger is made, since
   * logback.xml is read then.
   *
   * @throws BadOptionException if there is no such form
   */
  static LogOutput begin(LogOutput byDefault) throws BadOptionException {
    return begin(byDefault, false);
  }

  /**
   * Sets the user's choice, or a default, as {@link #begin(LogOutput)} does.
   *
   * @param isQueued true if nobody who logs may wait for whoever reads the log. {@link
   *     dev.holdfast.log.LogQueue#endAll} is to be called then
   */
  static LogOutput begin(LogOutput byDefault, boolean isQueued) throws BadOptionException {
    LogOutput output = wanted(byDefault);
    System.setProperty(APPENDER, output.name());
    if (isQueued) {
      System.setProperty(QUEUE, "QUEUE");
      System.setProperty(FILE_QUEUE, "FILE_QUEUE");
    }
    if (System.getenv(LEVEL) == null) {
      // A command for people prints its progress on standard output. Its log has warnings only.
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
