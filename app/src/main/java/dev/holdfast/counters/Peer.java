package dev.holdfast.counters;

/**
 * The facts about the actor at an address.
 *
 * <p>Threading: under the actor's lock.
 */
final class Peer {
  private final Address address;
  private Id actor = Id.NONE;
  private Id process = Id.NONE;
  private Id stamp = Id.NONE;
  private boolean reachable;
  private boolean refuses;
  private int failures;
  private long heardNanos;

  Peer(Address address) {
    this.address = address;
  }

  Address address() {
    return address;
  }

  /** Returns the actor that answered last, or {@link Id#NONE}. */
  Id actor() {
    return actor;
  }

  /** Returns the process that answered last, or {@link Id#NONE}. */
  Id process() {
    return process;
  }

  /** Returns the digest of the configuration that it had when it answered last. */
  Id stamp() {
    return stamp;
  }

  /** Returns true if the last request was answered. */
  boolean isReachable() {
    return reachable;
  }

  /** Returns true if nobody listened there at the last request. */
  boolean refuses() {
    return refuses;
  }

  /** Returns how many requests in a row got no answer. */
  int failures() {
    return failures;
  }

  /** Returns when it answered last; it means something only if it ever did. */
  long heardNanos() {
    return heardNanos;
  }

  /** Takes over who has answered. A relayed answer says nothing about whether it can be reached. */
  void answered(Reply reply, boolean directly, long nowNanos) {
    actor = reply.actor();
    process = reply.process();
    stamp = reply.stamp();
    heardNanos = nowNanos;
    if (directly) {
      reachable = true;
      refuses = false;
      failures = 0;
    }
  }

  void failed(boolean isRefused) {
    reachable = false;
    refuses = isRefused;
    failures++;
  }
}
