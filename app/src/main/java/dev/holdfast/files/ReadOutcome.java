package dev.holdfast.files;

import dev.holdfast.staging.Content;

/** The outcome of a read. */
public sealed interface ReadOutcome {
  /**
   * The file is published.
   *
   * @param fromOrigin true if it had to be fetched for this
   */
  record Here(Content content, boolean fromOrigin) implements ReadOutcome {}

  /** There is no such file. */
  record Absent(boolean fromOrigin) implements ReadOutcome {}

  /** The answer is not here, and the origin does not give it now. */
  record Unavailable(String detail) implements ReadOutcome {}

  /** The name says which digest its content has, and what the origin has under it has another. */
  record Damaged(String detail) implements ReadOutcome {}

  /** The answer is not here, and what the origin says makes no sense. */
  record Nonsense(String detail) implements ReadOutcome {}
}
