package dev.holdfast.counters;

/** Counts what an operator should see. Its methods are called under the actor's lock. */
public interface Meters {
  /** Another process answers as this actor: its directory was copied. */
  void twin(Id process);

  /** Somebody claims a share of the slot that only this process counts in. */
  void foreignShare(Id actor);
}
