package dev.holdfast.fibonacci;

/** What became of a request for the next number. */
sealed interface NextOutcome {
  /** The sequence was advanced by one, to this number, and that is on disk. */
  record Advanced(Term number) implements NextOutcome {}

  /** It is at its last position; nothing was changed. */
  record AtBound(long position) implements NextOutcome {}

  /**
   * The disk did not take it. No number was handed out, and readers see none; a restart may find
   * the sequence advanced all the same.
   */
  record NotWritten() implements NextOutcome {}

  /** Too many wait for the disk already. Nothing was changed, and no number was handed out. */
  record TooManyWait() implements NextOutcome {}
}
