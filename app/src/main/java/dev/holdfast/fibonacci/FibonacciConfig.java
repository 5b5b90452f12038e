package dev.holdfast.fibonacci;

import dev.holdfast.bounds.Bounds;

/**
 * The bound of the sequence, and how a start treats damage.
 *
 * @param fibonacciPositionMax the last position, 1 to {@value #POSITION_LIMIT}; the sequence does
 *     not advance beyond it. A number has about a fifth as many digits as its position says.
 * @param fibonacciSetAside if true, a start that finds a damaged position file sets it aside and
 *     goes on with the last intact position; numbers may be handed out twice. If false, it does not
 *     take the sequence up
 */
public record FibonacciConfig(long fibonacciPositionMax, boolean fibonacciSetAside) {
  /** The highest value of {@code fibonacciPositionMax}: numbers of about 209,000 digits. */
  public static final long POSITION_LIMIT = 1_000_000;

  public static final FibonacciConfig DEFAULT = new FibonacciConfig(100_000, false);

  public FibonacciConfig {
    Bounds.within("fibonacciPositionMax", fibonacciPositionMax, 1, POSITION_LIMIT);
  }
}
