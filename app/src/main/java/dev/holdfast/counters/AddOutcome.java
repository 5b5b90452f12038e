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

  /**
   * It may be counted, or may be later.
   *
   * @param detail why nobody knows, in a sentence
   */
  record Unknown(String detail) implements AddOutcome {
    /** The disk failed in the middle: a later start may find it, and may not. */
    public Unknown() {
      this(
          "the disk failed; a later start may find the increment, and a repetition may count it"
              + " twice");
    }
  }

  /** The key was used for other amounts. Nothing was counted now. */
  record KeyReused() implements AddOutcome {}
}
