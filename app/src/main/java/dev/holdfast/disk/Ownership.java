package dev.holdfast.disk;

/**
 * The place of a state that one process of several has.
 *
 * @param <T> the state
 */
public sealed interface Ownership<T> {
  /** This process has it. */
  record Here<T>(T state) implements Ownership<T> {}

  /** Another process has it. */
  record Elsewhere<T>() implements Ownership<T> {}

  /**
   * It belongs to this process, which could not take it up.
   *
   * @param detail the reason, in a sentence for clients
   */
  record Unusable<T>(String detail) implements Ownership<T> {}
}
