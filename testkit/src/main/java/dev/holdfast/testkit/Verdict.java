package dev.holdfast.testkit;

/** The result of the check of a history. */
public sealed interface Verdict {

  /** Some order of the operations explains every read. */
  record Linearizable() implements Verdict {}

  /**
   * No order does.
   *
   * @param read the read that can't be explained, though all those that returned before it can
   * @param explanation a text for people with the read's result, the operations that it
   *     contradicts, and the operations around it
   */
  record Violation(Operation read, String explanation) implements Verdict {}
}
