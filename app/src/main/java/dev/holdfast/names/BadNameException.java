package dev.holdfast.names;

/** A request names no file: there is no such name. */
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

  /** Returns true if it would be a name if it were shorter. */
  public boolean isTooLong() {
    return tooLong;
  }
}
