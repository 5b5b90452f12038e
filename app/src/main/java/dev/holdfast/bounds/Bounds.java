package dev.holdfast.bounds;

/**
 * Refuses values that are out of bounds. The message begins with the name of the component, so that
 * the command line can name its option instead.
 */
public final class Bounds {
  private static final int PORT_MAX = 65_535;

  private Bounds() {}

  /**
   * Refuses a value below a bound.
   *
   * @throws IllegalArgumentException if {@code value < least}
   */
  public static void atLeast(String component, long value, long least) {
    require(value >= least, component + " must be at least " + least + ", not " + value);
  }

  /**
   * Refuses the same as {@link #atLeast}, in other words.
   *
   * @throws IllegalArgumentException if {@code value < least}
   */
  public static void orMore(String component, long value, long least) {
    require(value >= least, component + " must be " + least + " or more, not " + value);
  }

  /**
   * Refuses a value that is not between two bounds.
   *
   * @throws IllegalArgumentException if {@code value < least} or {@code value > most}
   */
  public static void within(String component, long value, long least, long most) {
    require(
        value >= least && value <= most,
        component + " must be " + least + " to " + most + ", not " + value);
  }

  /**
   * Refuses an address that nobody can listen on.
   *
   * @param host not blank
   * @param port 0 to 65535; 0 takes a free one
   * @throws IllegalArgumentException if one of them is none
   */
  public static void address(String host, int port) {
    require(!host.isBlank(), "host must be an address, not empty");
    within("port", port, 0, PORT_MAX);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
