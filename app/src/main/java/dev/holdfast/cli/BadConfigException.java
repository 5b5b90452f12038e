package dev.holdfast.cli;

/**
 * Tells that a configuration file cannot be used. The message is one line that names the file and
 * the line in it.
 */
final class BadConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  BadConfigException(String message, Exception cause) {
    super(String.join(" ", message.lines().toList()), cause);
  }
}
