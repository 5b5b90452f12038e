package dev.holdfast.fibonacci;

import dev.holdfast.bounds.Bounds;

/**
 * The bounds of the sequence, and what a start makes of damage.
 *
 * @param fibonacciPositionMax how far it goes, 1 to {@value #POSITION_LIMIT}: at this position it
 *     is not advanced any more. A number has about a fifth as many digits as its position says.
 * @param fibonacciSetAside a start that finds a damaged position file keeps it beside and goes on
 *     with the last position that is intact; numbers may be handed out twice. Else the sequence is
 *     not taken up
 */
public record FibonacciConfig(long fibonacciPositionMax, boolean fibonacciSetAside) {
  /** The highest bound that can be chosen: numbers of about 209,000 digits. */
  public static final long POSITION_LIMIT = 1_000_000;

  public static final FibonacciConfig DEFAULT = new FibonacciConfig(100_000, false);

  public FibonacciConfig {
    Bounds.within("fibonacciPositionMax", fibonacciPositionMax, 1, POSITION_LIMIT);
  }
}
