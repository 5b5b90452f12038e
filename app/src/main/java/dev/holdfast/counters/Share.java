package dev.holdfast.counters;

import java.math.BigInteger;

/**
 * The part of one counter that one slot has counted.
 *
 * <p>Threading: under the actor's lock.
 */
final class Share {
  private final Slot slot;
  private final Counter counter;
  private BigInteger value = BigInteger.ZERO;
  private long sequence;
  private long forced;

  // Neighbours in the list of the slot, which keeps them.
  Share older;
  Share newer;

  Share(Slot slot, Counter counter) {
    this.slot = slot;
    this.counter = counter;
  }

  Slot slot() {
    return slot;
  }

  Counter counter() {
    return counter;
  }

  BigInteger value() {
    return value;
  }

  /** Returns the sequence of the change that made it so; 0 if there was none yet. */
  long sequence() {
    return sequence;
  }

  void set(BigInteger newValue, long newSequence) {
    value = newValue;
    sequence = newSequence;
  }

  /** Notes that this much of it is forced here. */
  void force(long forcedSequence) {
    forced = Math.max(forced, forcedSequence);
  }

  /** Returns true if no power failure takes it back here. */
  boolean isForced() {
    return sequence <= forced || sequence <= slot.forced();
  }
}
