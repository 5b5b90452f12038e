package dev.holdfast.counters;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes of a slot: every counter once, with its latest share. Who knows the slot up to {@code
 * from} and takes all entries knows it up to {@code to}.
 *
 * <p>An entry may be newer than {@code to}. Of a long row of changes only the last part says a
 * {@code to} beyond {@code from}: a counter may have changed before the place where a part ends,
 * and again behind it, so that no part but the last is complete up to any sequence.
 *
 * @param entries in the order of their sequences
 */
record Range(Id slot, Id actor, long from, long to, List<Entry> entries) {

  /** The share of one counter. */
  record Entry(CounterName name, BigInteger value, long sequence) {
    /** Returns about how long it is, in bytes. */
    int bytes() {
      return name.length() + value.bitLength() / 7 + 12;
    }
  }

  /**
   * Returns all that has changed in a slot since, in parts that fit into a record or a message.
   *
   * @param from what is known there already
   * @param behind the sequence behind which the first part begins, {@code from} or more
   * @param to what is known there with the last part
   */
  static List<Range> parts(Slot slot, long from, long behind, long to, Sizes sizes) {
    return parts(slot, from, behind, to, sizes, Integer.MAX_VALUE);
  }

  /**
   * Does the same, up to a length. What does not fit is left out, and then no part says {@code to}.
   *
   * @param bytesMax about how long all parts together may be; there is one in any case
   */
  static List<Range> parts(Slot slot, long from, long behind, long to, Sizes sizes, int bytesMax) {
    var parts = new ArrayList<Range>();
    var entries = new ArrayList<Entry>();
    int bytes = 0;
    int allBytes = 0;
    for (Share share : slot.since(behind)) {
      var entry = new Entry(share.counter().name(), share.value(), share.sequence());
      bytes += entry.bytes();
      if (bytes > sizes.partBytes() && !entries.isEmpty()) {
        parts.add(new Range(slot.id(), slot.actor(), from, from, List.copyOf(entries)));
        entries.clear();
        bytes = entry.bytes();
        if (allBytes >= bytesMax) {
          return parts;
        }
      }
      allBytes += entry.bytes();
      entries.add(entry);
    }
    parts.add(new Range(slot.id(), slot.actor(), from, Math.max(from, to), List.copyOf(entries)));
    return parts;
  }

  /** Returns one share, which says nothing of those before it. */
  static Range of(CounterName name, SlotShare share) {
    return new Range(
        share.slot(),
        share.actor(),
        0,
        0,
        List.of(new Entry(name, share.value(), share.sequence())));
  }

  /** Returns one share, which says nothing of those before it. */
  static Range of(Share share) {
    return new Range(
        share.slot().id(),
        share.slot().actor(),
        0,
        0,
        List.of(new Entry(share.counter().name(), share.value(), share.sequence())));
  }

  byte[] toBytes() {
    var out = new Output();
    write(out);
    return out.toBytes();
  }

  /** Returns about how long it is, in bytes. */
  int bytes() {
    return 50 + entries.stream().mapToInt(Entry::bytes).sum();
  }

  /** Returns the sequence of the newest entry, or {@code otherwise} if there is none. */
  long last(long otherwise) {
    return entries.isEmpty() ? otherwise : entries.getLast().sequence();
  }

  static Range read(Input in) {
    Id slot = in.id();
    Id actor = in.id();
    long from = in.number();
    long to = in.number();
    int count = in.count();
    var entries = new ArrayList<Entry>(count);
    long last = 0;
    for (int i = 0; i < count; i++) {
      CounterName name = CounterName.read(in);
      BigInteger value = in.amount();
      last += in.number();
      entries.add(new Entry(name, value, last));
    }
    if (to < from) {
      throw new MalformedException("a range ends at " + to + ", before " + from);
    }
    return new Range(slot, actor, from, to, entries);
  }

  void write(Output out) {
    out.id(slot).id(actor).number(from).number(to).number(entries.size());
    long last = 0;
    for (Entry entry : entries) {
      entry.name().write(out);
      out.amount(entry.value()).number(entry.sequence() - last);
      last = entry.sequence();
    }
  }

  static List<Range> readAll(Input in) {
    int count = in.count();
    var ranges = new ArrayList<Range>(count);
    for (int i = 0; i < count; i++) {
      ranges.add(read(in));
    }
    return ranges;
  }

  static void writeAll(List<Range> ranges, Output out) {
    out.number(ranges.size());
    ranges.forEach(range -> range.write(out));
  }
}
