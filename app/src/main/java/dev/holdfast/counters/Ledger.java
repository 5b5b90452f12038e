package dev.holdfast.counters;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * All shares that are known here, own and others'.
 *
 * <p>Threading: under the actor's lock, but for {@link #value} and {@link #page}.
 */
final class Ledger {
  private final NavigableMap<CounterName, Counter> counters = new ConcurrentSkipListMap<>();
  private final Map<Id, Slot> slots = new LinkedHashMap<>();
  private final Sizes sizes;
  private final Memory memory;

  Ledger(Sizes sizes) {
    this(sizes, Long.MAX_VALUE);
  }

  /**
   * @param bytesMax about how much memory the counters may take before this actor takes no new one
   *     of a client
   */
  Ledger(Sizes sizes, long bytesMax) {
    this.sizes = sizes;
    this.memory = new Memory(bytesMax);
  }

  /** Returns about how much memory all counters take, in bytes. */
  long bytes() {
    return memory.bytes();
  }

  /**
   * Returns why there is no memory to count some amounts, or empty if there is.
   *
   * @param living the slot that they would be counted in, if there is one
   * @param underWay about how much what is being counted will take, in bytes
   */
  Optional<String> hindrance(
      Optional<Slot> living, Map<CounterName, BigInteger> amounts, long underWay) {
    if (!memory.isFull(underWay)) {
      return Optional.empty();
    }
    for (var wanted : amounts.entrySet()) {
      Optional<Counter> counter = counter(wanted.getKey());
      Optional<Share> share = living.flatMap(slot -> counter.flatMap(found -> found.find(slot)));
      BigInteger before = share.map(Share::value).orElse(BigInteger.ZERO);
      if (counter.isEmpty()) {
        return Optional.of(
            "there is no memory for a further counter; those that are there still count");
      }
      if (isLonger(before.add(wanted.getValue()), before)) {
        return Optional.of("there is no memory for a longer value; short ones still count");
      }
      if (share.isEmpty() && memory.isFullForShares(underWay)) {
        return Optional.of("there is no memory to count what this actor has not counted yet");
      }
    }
    return Optional.empty();
  }

  private static boolean isLonger(BigInteger later, BigInteger before) {
    return Memory.ofValue(later) > Memory.ofValue(before);
  }

  /** Returns true if there is no memory for what others bring. */
  boolean isFullForOthers() {
    return memory.isFullForOthers();
  }

  Sizes sizes() {
    return sizes;
  }

  /** Returns the value of a counter as it is known here; 0 if nothing is. Any thread may ask. */
  BigInteger value(CounterName name) {
    Counter counter = counters.get(name);
    return counter == null ? BigInteger.ZERO : counter.total();
  }

  /**
   * Returns counters in the order of their names. Any thread may ask.
   *
   * @param prefix the bytes that their names begin with; there may be none
   * @param after excluded; empty begins with the first
   */
  List<Counter> page(byte[] prefix, Optional<CounterName> after, int limit) {
    CounterName first = CounterName.bound(prefix);
    boolean isBehind = after.isPresent() && after.get().compareTo(first) >= 0;
    Collection<Counter> behind =
        counters.tailMap(isBehind ? after.get() : first, !isBehind).values();
    var page = new ArrayList<Counter>();
    for (Counter counter : behind) {
      if (page.size() == limit || !counter.name().startsWith(prefix)) {
        break;
      }
      page.add(counter);
    }
    return page;
  }

  Collection<Slot> slots() {
    return slots.values();
  }

  int counterCount() {
    return counters.size();
  }

  int slotCount() {
    return slots.size();
  }

  Optional<Slot> slot(Id id) {
    return Optional.ofNullable(slots.get(id));
  }

  Slot slot(Id id, Id actor) {
    return slots.computeIfAbsent(id, _ -> new Slot(id, actor, slots.size()));
  }

  Optional<Counter> counter(CounterName name) {
    return Optional.ofNullable(counters.get(name));
  }

  /** Returns every share of a counter. */
  List<SlotShare> told(CounterName name) {
    return counter(name).map(Counter::told).orElse(List.of());
  }

  /** Counts in a slot: the change is forced here, and its sequence is the next one. */
  void count(Slot slot, CounterName name, BigInteger value, long sequence) {
    set(slot, counted(name), value, sequence);
    slot.know(sequence);
    slot.force(sequence);
  }

  private Counter make(CounterName name) {
    memory.take(Memory.ofCounter(name));
    return new Counter(name);
  }

  /** Returns the counter of a name: often the one that another slot has counted next, too. */
  private Counter behind(Counter last, CounterName name) {
    Optional<Counter> next = last == null ? Optional.empty() : last.next();
    return next.filter(counter -> counter.name().equals(name)).orElseGet(() -> counted(name));
  }

  private Counter counted(CounterName name) {
    return counters.computeIfAbsent(name, this::make);
  }

  private boolean set(Slot slot, Counter counter, BigInteger value, long sequence) {
    Share share = counter.share(slot);
    long formerly = share.sequence();
    boolean isNewer = sequence > formerly;
    if (isNewer) {
      long before = Memory.ofValue(share.value()) + Memory.ofTotal(counter.total());
      counter.set(share, value, sequence);
      memory.take(formerly == 0 ? Memory.ofShare(counter.name()) : 0);
      memory.take(Memory.ofValue(share.value()) + Memory.ofTotal(counter.total()) - before);
      slot.moved(share, formerly);
    }
    return isNewer;
  }

  /** Takes one share, which says nothing of those before it, and returns it as a range. */
  Range take(Slot slot, CounterName name, BigInteger value, long sequence) {
    set(slot, counted(name), value, sequence);
    return new Range(
        slot.id(), slot.actor(), 0, 0, List.of(new Range.Entry(name, value, sequence)));
  }

  /** Forgets up to where slots are known: a part of what said so is damaged. Shares stay. */
  void doubt() {
    slots.values().forEach(Slot::doubt);
  }

  /** Takes what somebody else, or a log, knows of a slot. Returns true if anything was new. */
  boolean merge(Range range) {
    Slot slot = slot(range.slot(), range.actor());
    long before = slot.known();
    boolean isNew = false;
    Counter last = null;
    for (Range.Entry entry : range.entries()) {
      Counter counter = behind(last, entry.name());
      isNew |= set(slot, counter, entry.value(), entry.sequence());
      last = counter;
    }
    if (before >= range.from()) {
      slot.know(range.to());
    }
    return isNew || slot.known() > before;
  }

  /**
   * Does the same if there is memory. Else takes only what needs none, and then claims nothing of
   * what is missing.
   */
  boolean mergeWithinMemory(Range range) {
    if (!memory.isFullForOthers()) {
      return merge(range);
    }
    Optional<Slot> slot = slot(range.slot());
    List<Range.Entry> fitting =
        slot.isEmpty()
            ? List.of()
            : range.entries().stream().filter(entry -> needsNoMemory(slot.get(), entry)).toList();
    if (fitting.size() == range.entries().size() && slot.isPresent()) {
      return merge(range);
    }
    return !fitting.isEmpty() && merge(new Range(range.slot(), range.actor(), 0, 0, fitting));
  }

  private boolean needsNoMemory(Slot slot, Range.Entry entry) {
    return counter(entry.name())
        .flatMap(counter -> counter.find(slot))
        .filter(share -> !isLonger(entry.value(), share.value()))
        .isPresent();
  }

  /** Returns true if all shares of a range, or newer ones, are here. */
  boolean has(Range range) {
    Optional<Slot> slot = slot(range.slot());
    return range.entries().stream()
        .allMatch(
            entry ->
                slot.flatMap(known -> counter(entry.name()).flatMap(c -> c.find(known)))
                    .filter(share -> share.sequence() >= entry.sequence())
                    .isPresent());
  }

  /** Notes that a start has found a range on this disk: each share, whatever is doubted later. */
  void found(Range range) {
    Slot slot = slot(range.slot(), range.actor());
    for (Range.Entry entry : range.entries()) {
      force(slot, entry);
    }
    forceUpTo(slot, range);
  }

  private static void forceUpTo(Slot slot, Range range) {
    if (slot.forced() >= range.from()) {
      slot.force(range.to());
    }
  }

  private void force(Slot slot, Range.Entry entry) {
    counter(entry.name())
        .flatMap(counter -> counter.find(slot))
        .ifPresent(share -> share.force(entry.sequence()));
  }

  /** Notes that some ranges are on this disk, all of them. */
  void forced(List<Range> ranges) {
    ranges.forEach(range -> forceUpTo(slot(range.slot(), range.actor()), range));
    ranges.forEach(this::forceAlone);
  }

  /** Marks the shares of a range that are beyond what is forced of their slot. */
  private void forceAlone(Range range) {
    Slot slot = slot(range.slot(), range.actor());
    for (Range.Entry entry : range.entries()) {
      if (entry.sequence() > slot.forced()) {
        force(slot, entry);
      }
    }
  }

  /** Returns how much of each slot is known. */
  Map<Id, Extent> extents() {
    var extents = new TreeMap<Id, Extent>();
    slots.values().forEach(slot -> extents.put(slot.id(), slot.extent()));
    return extents;
  }
}
