package dev.holdfast.disk;

/**
 * Tells where a state is that one process of several has.
 *
 * @param <T> the state
 */
public sealed interface Ownership<T> {
  /** It is here. */
  record Here<T>(T state) implements Ownership<T> {}

  /** It belongs to another process. */
  record Elsewhere<T>() implements Ownership<T> {}

  /**
   * It belongs here and could not be taken up.
   *
   * @param detail why, in a sentence for those who ask for it
   */
  record Unusable<T>(String detail) implements Ownership<T> {}
}
