package dev.holdfast.counters;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The knowledge of another actor, as far as it has said so, and the time to talk to it.
 *
 * <p>Threading: under the actor's lock.
 */
final class Partner {
  private Id process = Id.NONE;
  private Optional<Map<Id, Extent>> said = Optional.empty();

  // The schedule, which Exchange keeps.
  boolean isBusy;
  boolean isStale = true;
  long notBeforeNanos;

  Partner(long nowNanos) {
    notBeforeNanos = nowNanos;
  }

  /** Takes over which process is there. One that is new has said nothing. */
  void isProcess(Id present) {
    if (!process.equals(present)) {
      process = present;
      unsure();
    }
  }

  /** Forgets what it knows, until it says it again. */
  void unsure() {
    said = Optional.empty();
    isStale = true;
  }

  /** Takes over what it says. */
  void says(Id by, Map<Id, Extent> extents) {
    process = by;
    said = Optional.of(extents);
  }

  /**
   * Returns true if it may lack something of a slot. Before it has said anything it lacks nothing.
   */
  boolean lacks(Slot slot) {
    return said.isPresent() && slot.extent().isBeyond(known(slot));
  }

  boolean lacksAny(Iterable<Slot> slots) {
    for (Slot slot : slots) {
      if (lacks(slot)) {
        return true;
      }
    }
    return false;
  }

  private Extent known(Slot slot) {
    return said.map(extents -> extents.get(slot.id())).orElse(Extent.NOTHING);
  }

  /** Returns what it lacks of slots of which that is little. */
  List<Range> news(Ledger ledger) {
    var news = new ArrayList<Range>();
    Sizes sizes = ledger.sizes();
    int bytes = 0;
    for (Slot slot : ledger.slots()) {
      if (lacks(slot) && bytes < sizes.pushBytes()) {
        long from = known(slot).known();
        List<Range> parts = Range.parts(slot, from, from, slot.known(), sizes);
        if (parts.size() == 1) {
          news.add(parts.getFirst());
          bytes += parts.getFirst().bytes();
        }
      }
    }
    return news;
  }
}
