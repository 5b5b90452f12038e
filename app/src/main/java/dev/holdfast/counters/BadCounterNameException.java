package dev.holdfast.counters;

/** A request names something that no counter can be called. */
final class BadCounterNameException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean tooLong;

  private BadCounterNameException(String message, boolean tooLong) {
    super(message, null, false, false);
    this.tooLong = tooLong;
  }

  static BadCounterNameException malformed(String message) {
    return new BadCounterNameException(message, false);
  }

  static BadCounterNameException tooLong(String message) {
    return new BadCounterNameException(message, true);
  }

  /** Returns true if it would be a name if it were shorter. */
  boolean isTooLong() {
    return tooLong;
  }
}
