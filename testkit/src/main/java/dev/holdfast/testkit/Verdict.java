package dev.holdfast.testkit;

/** What the check of a history found. */
public sealed interface Verdict {

  /** Some order of the operations explains every read. */
  record Linearizable() implements Verdict {}

  /**
   * No order does.
   *
   * @param read the read that can't be explained, though all those that returned before it can
   * @param explanation for people: what it returned, which operations it contradicts, and what went
   *     on around it
   */
  record Violation(Operation read, String explanation) implements Verdict {}
}
