package dev.holdfast.counters;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The knowledge of another actor, as far as it has said so, and the time to talk to it.
 *
 * <p>Threading: under the actor's lock.
 */
final class Partner {
  private Id process = Id.NONE;
  private Optional<Map<Id, Extent>> said = Optional.empty();
  private Map<Id, Extent> saidBefore = Map.of();

  // The news, which outlive a failure and a restart of the other one.
  private Id actor = Id.NONE;
  private final Deque<Missing> missing = new ArrayDeque<>(2); // the oldest and the latest
  private OptionalLong newsNanos = OptionalLong.empty();

  // The schedule, which Exchange keeps.
  boolean isBusy;
  boolean isStale = true;
  long notBeforeNanos;
  long askedNanos; // when it was sent the last push

  /**
   * All that was missing here of what the other one said that it knows.
   *
   * @param askedNanos when it was asked
   */
  private record Missing(Map<Id, Extent> extents, long askedNanos) {}

  Partner(long nowNanos) {
    notBeforeNanos = nowNanos;
    askedNanos = nowNanos;
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
    saidBefore = Map.of();
    isStale = true;
  }

  /**
   * Takes over what it says.
   *
   * @param whose the actor that says it
   * @param by its process
   * @param askedNanos when it was asked
   */
  void says(Id whose, Id by, Map<Id, Extent> extents, long askedNanos, Ledger ledger) {
    process = by;
    saidBefore = said.orElse(Map.of());
    said = Optional.of(extents);
    if (!actor.equals(whose)) {
      actor = whose;
      newsNanos = OptionalLong.empty();
      missing.clear();
    }
    newsNanos(ledger); // before anything is left out
    if (missing.size() > 1) {
      missing.removeLast(); // the first is waited for, whatever is said meanwhile
    }
    var left = new TreeMap<>(extents);
    left.entrySet().removeIf(there -> isHere(there, ledger));
    missing.addLast(new Missing(left, askedNanos));
    newsNanos(ledger);
  }

  /** Returns the actor whose {@link #newsNanos} these are. */
  Id actor() {
    return actor;
  }

  /**
   * Returns the latest moment of which this is known: all that the other actor had counted until
   * then is here. Empty if there is none.
   *
   * <p>It is the moment at which the other one was asked for what it knows. Its answer may have
   * been on its way for long.
   */
  OptionalLong newsNanos(Ledger ledger) {
    while (!missing.isEmpty() && isHere(missing.getFirst(), ledger)) {
      newsNanos = OptionalLong.of(missing.removeFirst().askedNanos());
    }
    return newsNanos;
  }

  private boolean isHere(Missing said, Ledger ledger) {
    return said.extents().entrySet().stream().allMatch(there -> isHere(there, ledger));
  }

  /** Holds for slots of others, too. One that is not known here may be the other one's own. */
  private boolean isHere(Map.Entry<Id, Extent> there, Ledger ledger) {
    Optional<Slot> here = ledger.slot(there.getKey());
    boolean isOfOthers = here.isPresent() && !here.get().actor().equals(actor);
    return isOfOthers || !there.getValue().isBeyond(here.map(Slot::extent).orElse(Extent.NOTHING));
  }

  /**
   * Returns true if it may lack something of a slot. Before it has said anything it lacks nothing.
   */
  boolean lacks(Slot slot) {
    return said.isPresent() && slot.extent().isBeyond(known(slot.id()));
  }

  boolean lacksAny(Iterable<Slot> slots) {
    for (Slot slot : slots) {
      if (lacks(slot)) {
        return true;
      }
    }
    return false;
  }

  /** Returns how much of a slot it has said that it knows. */
  Extent known(Id slot) {
    return said.map(extents -> extents.get(slot)).orElse(Extent.NOTHING);
  }

  /**
   * Returns true if it knows more of a slot than when it said so before: somebody else brings it
   * what is counted there.
   */
  boolean hears(Slot slot) {
    Extent before = saidBefore.get(slot.id());
    return before != null && !before.equals(known(slot.id()));
  }

  /** Returns what it lacks of some slots, of those of which that is little. */
  List<Range> news(Ledger ledger, Predicate<Slot> isWanted) {
    var news = new ArrayList<Range>();
    Sizes sizes = ledger.sizes();
    int bytes = 0;
    for (Slot slot : ledger.slots()) {
      if (bytes < sizes.pushBytes() && isWanted.test(slot) && lacks(slot)) {
        long from = known(slot.id()).known();
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
