package dev.holdfast.counters;

/**
 * Counts what an operator should see. Its methods are called under the actor's lock, but for {@link
 * #failed}.
 */
public interface Meters {
  /** Another process answers as this actor: its directory was copied. */
  void twin(Id process);

  /** Somebody claims a share of the slot that only this process counts in. */
  void foreignShare(Id actor);

  /** A request to count has its outcome. */
  default void added(AddOutcome outcome) {}

  /**
   * A consistent read has its outcome.
   *
   * @param nanos how long it took, in nanoseconds
   */
  default void read(ReadOutcome outcome, long nanos) {}

  /**
   * A round of a consistent read begins.
   *
   * @param isFreeze whether it holds the counter still
   */
  default void round(boolean isFreeze) {}

  /** A task failed in a way that nobody foresaw. It was logged. On any thread. */
  default void failed() {}

  /** What a dead actor has left was read in its place. */
  default void remains() {}
}
