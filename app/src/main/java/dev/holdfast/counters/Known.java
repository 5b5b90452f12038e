package dev.holdfast.counters;

import java.util.Map;
import java.util.TreeMap;

/** Up to which sequence each slot is known, as bytes. */
final class Known {
  private Known() {}

  static Map<Id, Long> read(Input in) {
    var known = new TreeMap<Id, Long>();
    for (int left = in.count(); left > 0; left--) {
      known.put(in.id(), in.number());
    }
    return known;
  }

  static void write(Map<Id, Long> known, Output out) {
    out.number(known.size());
    known.forEach((slot, sequence) -> out.id(slot).number(sequence));
  }
}
