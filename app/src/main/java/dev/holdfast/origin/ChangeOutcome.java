package dev.holdfast.origin;

/** The outcome of a put or a delete at the origin. */
public sealed interface ChangeOutcome {
  /**
   * The origin says that it is done.
   *
   * @param sentNanos a moment at or before the first byte of the request went out, and after its
   *     connection was opened, on {@link System#nanoTime()}
   */
  record Confirmed(long sentNanos) implements ChangeOutcome {}

  /**
   * It did not say so. {@link Failure#mayHaveActed()} tells whether it may be done all the same.
   */
  record Failed(Failure failure) implements ChangeOutcome {}
}
