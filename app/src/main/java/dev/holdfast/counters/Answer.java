package dev.holdfast.counters;

/** The outcome of a request to another actor. */
sealed interface Answer {
  /**
   * It was served.
   *
   * @param stamp of the configuration that both had forced then
   */
  record Served(Id actor, Id process, Id stamp, Reply.Body body) implements Answer {}

  /** The address is this actor's own. */
  record Self() implements Answer {}

  /**
   * No answer, neither directly nor through others.
   *
   * @param isRefused whether nobody listens at the address
   */
  record NotReached(boolean isRefused) implements Answer {}

  /** An answer, but not the one that was asked for: it may be later. */
  record NotServed() implements Answer {}
}
