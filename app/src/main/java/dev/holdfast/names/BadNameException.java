package dev.holdfast.names;

/** Tells that a request names a file in a way that no file can be named. */
public final class BadNameException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean tooLong;

  private BadNameException(String message, boolean tooLong) {
    super(message, null, false, false);
    this.tooLong = tooLong;
  }

  /** Returns an exception for a name with another fault than its length. */
  public static BadNameException malformed(String message) {
    return new BadNameException(message, false);
  }

  /** Returns an exception for a name that is too long. */
  public static BadNameException tooLong(String message) {
    return new BadNameException(message, true);
  }

  /** Returns true if the name is too long and has no other fault. */
  public boolean isTooLong() {
    return tooLong;
  }
}
