package dev.holdfast.counters;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The shares of one counter that are known here, and their sum.
 *
 * <p>Threading: under the actor's lock, but for {@link #name} and {@link #total}.
 */
public final class Counter {
  private final CounterName name;
  private final List<Share> shares = new ArrayList<>(2); // in the order of their slots
  private volatile BigInteger total = BigInteger.ZERO;

  Counter(CounterName name) {
    this.name = name;
  }

  /** Returns the name. Any thread may ask. */
  public CounterName name() {
    return name;
  }

  /** Returns the value as it is known here. Any thread may ask. */
  public BigInteger total() {
    return total;
  }

  /** Returns the counter that its first slot has counted next, if there is one. */
  Optional<Counter> next() {
    Share next = shares.isEmpty() ? null : shares.getFirst().newer;
    return Optional.ofNullable(next).map(Share::counter);
  }

  /** Returns the share of a slot, 0 if it is a new one. */
  Share share(Slot slot) {
    int place = place(slot);
    if (isAt(place, slot)) {
      return shares.get(place);
    }
    var share = new Share(slot, this);
    shares.add(place, share);
    return share;
  }

  /** Returns the share of a slot, if it has one. */
  Optional<Share> find(Slot slot) {
    int place = place(slot);
    return isAt(place, slot) ? Optional.of(shares.get(place)) : Optional.empty();
  }

  private boolean isAt(int place, Slot slot) {
    return place < shares.size() && shares.get(place).slot() == slot;
  }

  /** Returns where the share of a slot is, or would be: in most counters at the same place. */
  private int place(Slot slot) {
    if (isAt(slot.place, slot)) {
      return slot.place;
    }
    int place = shares.size();
    while (place > 0 && shares.get(place - 1).slot().number() >= slot.number()) {
      place--; // a new slot is behind all others
    }
    slot.place = place;
    return place;
  }

  /** Gives a share a newer value. */
  void set(Share share, BigInteger value, long sequence) {
    BigInteger before = share.value();
    share.set(value, sequence);
    total = total.add(value.subtract(before));
  }

  /** Returns every share, as it is told to others. */
  List<SlotShare> told() {
    var told = new ArrayList<SlotShare>(shares.size());
    for (Share share : shares) {
      told.add(
          new SlotShare(
              share.slot().id(),
              share.slot().actor(),
              share.value(),
              share.sequence(),
              share.isForced()));
    }
    return told;
  }
}
