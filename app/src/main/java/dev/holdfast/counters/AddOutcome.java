package dev.holdfast.counters;

/** The outcome of a request to count. */
public sealed interface AddOutcome {
  /** It is counted, and forced here; or it had been before, under the same key. */
  record Counted() implements AddOutcome {}

  /**
   * Nothing was counted, surely, and a repetition may work.
   *
   * @param detail why, in a sentence
   */
  record NotCounted(String detail) implements AddOutcome {}

  /** The disk failed in the middle: a later start may find it, and may not. */
  record Unknown() implements AddOutcome {}

  /** The key was used for other amounts. Nothing was counted now. */
  record KeyReused() implements AddOutcome {}
}
