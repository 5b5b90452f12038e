package dev.holdfast.fibonacci;

/** The outcome of a request for the next number. */
sealed interface NextOutcome {
  /** The sequence was advanced by one, to this number, and that is on disk. */
  record Advanced(Term number) implements NextOutcome {}

  /** The sequence is at its last position. Nothing was changed. */
  record AtBound(long position) implements NextOutcome {}

  /**
   * The disk did not take the new position. No number was handed out, and readers see none. A
   * restart may find the sequence advanced all the same.
   */
  record NotWritten() implements NextOutcome {}

  /**
   * Too many requests wait for the disk already. Nothing was changed, and no number was handed out.
   */
  record TooManyWait() implements NextOutcome {}
}
