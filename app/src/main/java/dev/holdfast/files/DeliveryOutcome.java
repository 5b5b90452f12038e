package dev.holdfast.files;

import dev.holdfast.origin.Failure;

/** The outcome of bringing a write to the origin. */
sealed interface DeliveryOutcome {
  /** The origin has it, in its memory at least. */
  record Confirmed(Evidence evidence) implements DeliveryOutcome {}

  /**
   * It did not say so; {@link Failure#mayHaveActed()} tells whether it may have it all the same.
   */
  record Failed(Failure failure) implements DeliveryOutcome {}
}
