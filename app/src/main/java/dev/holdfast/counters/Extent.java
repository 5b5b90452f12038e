package dev.holdfast.counters;

import java.util.Map;
import java.util.TreeMap;

/**
 * How much of a slot somebody knows.
 *
 * @param known the sequence up to which nothing is missing
 * @param last the sequence of the newest share, {@code known} or more
 * @param ahead a hash of the sequences of the shares beyond {@code known}; 0 if there is none
 */
record Extent(long known, long last, long ahead) {
  /** Nothing is known. */
  static final Extent NOTHING = new Extent(0, 0, 0);

  static Extent of(Slot slot) {
    long ahead = 0;
    for (Share share : slot.since(slot.known())) {
      ahead += mix(share.sequence()) >>> 1;
    }
    return new Extent(slot.known(), Math.max(slot.known(), slot.last()), ahead & Long.MAX_VALUE);
  }

  /** Returns true if there is something in it that the other one may lack. */
  boolean isBeyond(Extent other) {
    return known > other.known
        || last > other.last
        || (known == other.known && ahead != other.ahead && ahead != 0);
  }

  // By hand, as in Address.

  @Override
  public boolean equals(Object other) {
    return other instanceof Extent extent
        && known == extent.known
        && last == extent.last
        && ahead == extent.ahead;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(31 * known + last + ahead);
  }

  static Map<Id, Extent> readAll(Input in) {
    var extents = new TreeMap<Id, Extent>();
    for (int left = in.count(); left > 0; left--) {
      Id slot = in.id();
      long known = in.number();
      extents.put(slot, new Extent(known, known + in.number(), in.number()));
    }
    return extents;
  }

  static void writeAll(Map<Id, Extent> extents, Output out) {
    out.number(extents.size());
    extents.forEach(
        (slot, extent) ->
            out.id(slot)
                .number(extent.known())
                .number(extent.last() - extent.known())
                .number(extent.ahead()));
  }

  /** Returns 128 bits that tell these extents from others. */
  static Id digest(Map<Id, Extent> extents) {
    long high = 0;
    long low = 0;
    for (var slot : extents.entrySet()) {
      Extent extent = slot.getValue();
      if (extent.last() > 0) {
        high = mix(mix(high ^ slot.getKey().high()) + extent.known()) ^ extent.last();
        high = mix(high + extent.ahead());
        low = mix(mix(low + slot.getKey().low()) ^ extent.known()) + extent.last();
      }
    }
    return new Id(mix(high), mix(low));
  }

  /** The finalizer of MurmurHash3. */
  private static long mix(long value) {
    long mixed = value;
    mixed = (mixed ^ (mixed >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
