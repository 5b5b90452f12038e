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
  private final List<Share> shares = new ArrayList<>(2);
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

  /** Returns the share of a slot, 0 if it is a new one. */
  Share share(Slot slot) {
    Optional<Share> found = find(slot);
    if (found.isPresent()) {
      return found.get();
    }
    var share = new Share(slot, this);
    shares.add(share);
    return share;
  }

  /** Returns the share of a slot, if it has one. */
  Optional<Share> find(Slot slot) {
    for (Share share : shares) {
      if (share.slot() == slot) {
        return Optional.of(share);
      }
    }
    return Optional.empty();
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
