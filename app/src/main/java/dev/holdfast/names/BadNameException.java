package dev.holdfast.names;

/** What stands in a request is not a name that a file can have. */
public final class BadNameException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean tooLong;

  private BadNameException(String message, boolean tooLong) {
    super(message, null, false, false);
    this.tooLong = tooLong;
  }

  static BadNameException malformed(String message) {
    return new BadNameException(message, false);
  }

  static BadNameException tooLong(String message) {
    return new BadNameException(message, true);
  }

  /** Whether it would be a name if it were shorter. */
  public boolean isTooLong() {
    return tooLong;
  }
}
