package dev.holdfast.counters;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The facts about the actor at an address.
 *
 * <p>Threading: under the actor's lock.
 */
final class Peer {
  /** From one configuration to the next, to an address that has never answered. */
  private static final long TELL_NANOS = 1_000_000_000;

  private final Address address;
  private Id actor = Id.NONE;
  private Id process = Id.NONE;
  private Id stamp = Id.NONE;
  private boolean reachable;
  private boolean refused;
  private int failures;
  private OptionalLong heardNanos = OptionalLong.empty();
  private OptionalLong toldNanos = OptionalLong.empty();
  private OptionalLong heardDirectlyNanos = OptionalLong.empty();
  private Optional<Address> relay = Optional.empty();

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

  /** Returns how many requests in a row got no answer. */
  int failures() {
    return failures;
  }

  /** Returns when it answered last, directly or through another actor; empty if it never has. */
  OptionalLong heardNanos() {
    return heardNanos;
  }

  /** Returns when it answered last by itself; empty if it never has. */
  OptionalLong heardDirectlyNanos() {
    return heardDirectlyNanos;
  }

  /** Takes over who has answered. A relayed answer says nothing about whether it can be reached. */
  void answered(Reply reply, boolean directly, long nowNanos) {
    heardNanos = OptionalLong.of(nowNanos);
    actor = reply.actor();
    process = reply.process();
    stamp = reply.stamp();
    if (directly) {
      heardDirectlyNanos = heardNanos;
      refused = false;
      reachable = true;
      failures = 0;
    }
  }

  /** Takes a message to it that may carry the configuration. Returns true if it should. */
  boolean mayTell(long nowNanos) {
    boolean hasAnswered = !actor.equals(Id.NONE);
    boolean isLong = toldNanos.isEmpty() || nowNanos - toldNanos.getAsLong() >= TELL_NANOS;
    if (hasAnswered || isLong) {
      toldNanos = OptionalLong.of(nowNanos);
      return true;
    }
    return false;
  }

  /** Takes over through whom it has answered. */
  void answeredThrough(Address other) {
    relay = Optional.of(other);
  }

  /** Returns through whom it answered last, if it ever has answered through another actor. */
  Optional<Address> relay() {
    return relay;
  }

  /** Returns true if nobody listened there when it was asked last. */
  boolean isRefused() {
    return refused;
  }

  void failed(boolean isRefused) {
    refused = isRefused;
    reachable = false;
    failures++;
  }
}
