package dev.holdfast.fibonacci;

/** Whether the sequence is here. */
public sealed interface Ownership {
  /** It is. */
  record Here(Sequence sequence) implements Ownership {}

  /** The ring gives it to another sidecar. */
  record Elsewhere() implements Ownership {}

  /**
   * It should be, but could not be taken up.
   *
   * @param detail why, in a sentence for those who run it
   */
  record Unusable(String detail) implements Ownership {}
}
