package dev.holdfast.counters;

import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Shares of a counter that several actors have told: of each slot the newest.
 *
 * <p>Threading: under the actor's lock.
 */
final class Collected {
  private final Map<Id, SlotShare> newest = new TreeMap<>();

  void add(Collection<SlotShare> told) {
    told.forEach(share -> newest.merge(share.slot(), share, Collected::newer));
  }

  private static SlotShare newer(SlotShare one, SlotShare other) {
    if (one.sequence() != other.sequence()) {
      return one.sequence() > other.sequence() ? one : other;
    }
    return one.forced() ? one : other;
  }

  /** Returns true if no share differs. Totals may be equal where shares are not. */
  boolean isSameAs(Collected other) {
    if (!newest.keySet().equals(other.newest.keySet())) {
      return false;
    }
    return newest.values().stream()
        .allMatch(share -> other.newest.get(share.slot()).sequence() == share.sequence());
  }

  Collection<SlotShare> all() {
    return newest.values();
  }

  BigInteger total() {
    return newest.values().stream().map(SlotShare::value).reduce(BigInteger.ZERO, BigInteger::add);
  }

  /** Returns the shares that are on nobody's disk, as far as was told. */
  List<SlotShare> unforced() {
    return newest.values().stream().filter(share -> !share.forced()).toList();
  }
}
