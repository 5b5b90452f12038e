package dev.holdfast.counters;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The dead actors of an address. Nobody listens there, so whoever was noted there counts no more
 * there.
 *
 * @param left what a look has found of each of them
 */
record Remains(Map<Id, DeadActors.Left> left) {

  /**
   * Looks at them. All actors that were noted at the address and have not ended have to be dead:
   * which of them was the last is not known for sure.
   *
   * @param answered actors that have answered elsewhere just now: they are not dead
   * @param isOver says whether the outcome is of no use any more
   * @param then gets them, once, under the actor's lock; empty if somebody may be alive, and
   *     nothing if that is of no use
   */
  static void find(
      Reads reads,
      Address address,
      Set<Id> answered,
      BooleanSupplier isOver,
      Consumer<Optional<Remains>> then) {
    Set<Id> noted =
        reads.membership().configuration().living().stream()
            .filter(place -> place.address().equals(address))
            .map(Configuration.Seen::actor)
            .filter(actor -> !answered.contains(actor))
            .collect(Collectors.toSet());
    if (noted.isEmpty()) {
      then.accept(Optional.empty()); // somebody nobody has heard of may have counted there
      return;
    }
    reads.looks().look(noted, isOver, found -> then.accept(found.map(Remains::new)));
  }

  /**
   * Looks at them once more.
   *
   * @param then hears, once, whether none of them has lived meanwhile
   */
  void lookAgain(Reads reads, Consumer<Boolean> then) {
    reads.looks().look(actors(), () -> false, now -> then.accept(now.equals(Optional.of(left))));
  }

  Set<Id> actors() {
    return left.keySet();
  }

  /** Returns true if all that they have left is here. */
  boolean isTaken() {
    return left.values().stream().allMatch(DeadActors.Left::isTaken);
  }

  /** Returns a configuration together with theirs. */
  Configuration mergedWith(Configuration here) {
    Configuration merged = here;
    for (DeadActors.Left actor : left.values()) {
      merged = merged.merge(actor.configuration());
    }
    return merged;
  }
}
