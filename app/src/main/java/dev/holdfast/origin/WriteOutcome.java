package dev.holdfast.origin;

/** What came of a put or a delete at the origin. */
public sealed interface WriteOutcome {
  /** The origin says that it is done. */
  record Confirmed() implements WriteOutcome {}

  /**
   * It did not say so. {@link Failure#mayHaveActed()} tells whether it may be done all the same.
   */
  record Failed(Failure failure) implements WriteOutcome {}
}
