package dev.holdfast.cli;

/** A configuration file that cannot be used. The message is one line with the file and the line. */
final class BadConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  BadConfigException(String message, Exception cause) {
    super(String.join(" ", message.lines().toList()), cause);
  }
}
