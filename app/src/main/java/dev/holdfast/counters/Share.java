package dev.holdfast.counters;

import java.math.BigInteger;

/**
 * The part of one counter that one slot has counted. There is one for each counter and slot, so it
 * is small: a value that fits is no object of its own.
 *
 * <p>Threading: under the actor's lock.
 */
final class Share {
  private final Slot slot;
  private final Counter counter;
  private long small; // the value, if big is null
  private BigInteger big; // the value, if it does not fit
  private long sequence;
  private boolean isForcedAlone;

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
    return big == null ? BigInteger.valueOf(small) : big;
  }

  /** Returns the sequence of the change that made it so; 0 if there was none yet. */
  long sequence() {
    return sequence;
  }

  void set(BigInteger newValue, long newSequence) {
    boolean isSmall = newValue.bitLength() < Long.SIZE;
    small = isSmall ? newValue.longValue() : 0;
    big = isSmall ? null : newValue;
    sequence = newSequence;
    isForcedAlone = false;
  }

  /** Notes that the share of a sequence is forced here. An older one than this says nothing. */
  void force(long forcedSequence) {
    isForcedAlone |= forcedSequence >= sequence;
  }

  /** Returns true if no power failure takes it back here. */
  boolean isForced() {
    return isForcedAlone || sequence <= slot.forced();
  }
}
