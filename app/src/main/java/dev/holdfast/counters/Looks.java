package dev.holdfast.counters;

import dev.holdfast.counters.DeadActors.Left;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Looks at dead actors for the consistent reads of all counters. One look is under way at a time.
 * Those who want a look meanwhile share the next one.
 *
 * <p>Nobody joins a look that is under way: it may be older than the round that wants it.
 *
 * <p>A look brings all shares that a dead actor has left into the ledger, those of other counters
 * too. They are true, and never lost again while the process lives. So nothing of a directory is
 * kept in memory besides, and it is read again only if its actor has lived meanwhile.
 *
 * <p>Threading: under the actor's lock.
 */
final class Looks {
  /** Those who wait for a look, at most. To a further one the actors count as not found. */
  static final int WAITING_MAX = Reads.WAITING_MAX;

  private final DeadActors dead;
  private final Membership membership;
  private final Ledger ledger;
  private final Exchange exchange;
  private final Serial serial;
  private final Guarded guarded;
  private final List<Wish> waiting = new ArrayList<>();
  private boolean isLooking;

  /** Somebody who wants a look. */
  private record Wish(
      Set<Id> actors, BooleanSupplier isOver, Consumer<Optional<Map<Id, Left>>> then) {

    /** Returns what was found of its actors; empty if one of them is missing. */
    Optional<Map<Id, Left>> of(Map<Id, Left> found) {
      var own = new TreeMap<>(found);
      own.keySet().retainAll(actors);
      return own.keySet().equals(actors) ? Optional.of(own) : Optional.empty();
    }
  }

  /** Takes shares on the thread that looks. Others may have the actor's lock between two parts. */
  private final class Taker implements DeadActors.Heir {
    @Override
    public boolean agrees(Configuration theirs) {
      return serial.call(
          () -> membership.configuration().merge(theirs).equals(membership.configuration()));
    }

    @Override
    public boolean take(LeftDirectory left) {
      boolean hasAll = true;
      for (Slot slot : left.ledger().slots()) {
        if (serial.call(() -> lacks(slot))) {
          for (Range range : Range.parts(slot, 0, 0, slot.known(), ledger.sizes())) {
            hasAll &= serial.call(() -> take(range));
          }
        }
      }
      return hasAll;
    }

    private boolean take(Range range) {
      exchange.take(range);
      return !exchange.lacks(range);
    }

    private boolean lacks(Slot there) {
      return there.last() > ledger.slot(there.id()).map(Slot::known).orElse(0L);
    }
  }

  Looks(
      DeadActors dead,
      Membership membership,
      Ledger ledger,
      Exchange exchange,
      Serial serial,
      Guarded guarded) {
    this.dead = dead;
    this.membership = membership;
    this.ledger = ledger;
    this.exchange = exchange;
    this.serial = serial;
    this.guarded = guarded;
  }

  /**
   * Looks at some actors.
   *
   * @param isOver says whether the outcome is of no use any more
   * @param then gets all of them, once, under the actor's lock, or empty if one of them may be
   *     alive; nothing if the outcome is of no use
   */
  void look(Set<Id> actors, BooleanSupplier isOver, Consumer<Optional<Map<Id, Left>>> then) {
    if (waiting.size() >= WAITING_MAX) {
      then.accept(Optional.empty());
      return;
    }
    waiting.add(new Wish(actors, isOver, then));
    begin();
  }

  private void begin() {
    if (isLooking) {
      return;
    }
    waiting.removeIf(wish -> wish.isOver().getAsBoolean());
    if (waiting.isEmpty()) {
      return;
    }
    isLooking = true;
    var wishes = List.copyOf(waiting);
    waiting.clear();
    var actors = new TreeSet<Id>();
    wishes.forEach(wish -> actors.addAll(wish.actors()));
    boolean isBegun =
        guarded.run(
            () -> dead.look(actors, new Taker(), found -> serial.run(() -> looked(wishes, found))));
    if (!isBegun) {
      looked(wishes, Map.of());
    }
  }

  private void looked(List<Wish> wishes, Map<Id, Left> found) {
    for (Wish wish : wishes) {
      if (!wish.isOver().getAsBoolean()) {
        guarded.run(() -> wish.then().accept(wish.of(found)));
      }
    }
    isLooking = false;
    begin();
  }
}
