package dev.holdfast.counters;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The shares of a counter that dead actors of an address have left. Nobody listens at the address,
 * so whoever was noted there counts no more there.
 *
 * @param actors whose it is
 * @param shares what they knew
 * @param configuration what theirs, and the one here, make together
 */
record Remains(Set<Id> actors, List<SlotShare> shares, Configuration configuration) {

  /**
   * Reads them. All actors that were noted at the address and have not ended have to be read: which
   * of them was the last is not known for sure.
   *
   * @param answered actors that have answered elsewhere just now: they are not dead
   * @param then gets them, once, under the actor's lock; empty if somebody may be alive
   */
  static void read(
      Reads reads,
      Address address,
      CounterName name,
      Set<Id> answered,
      Consumer<Optional<Remains>> then) {
    List<Id> noted =
        reads.membership().configuration().living().stream()
            .filter(place -> place.address().equals(address))
            .map(Configuration.Seen::actor)
            .filter(actor -> !answered.contains(actor))
            .distinct()
            .toList();
    if (noted.isEmpty()) {
      then.accept(Optional.empty()); // somebody nobody has heard of may have counted there
      return;
    }
    new Search(reads, name, then).next(noted);
  }

  /**
   * Reads them once more.
   *
   * @param then hears, once, whether they are the same: then nobody has counted there meanwhile
   */
  void lookAgain(Reads reads, Address address, CounterName name, Consumer<Boolean> then) {
    new Search(reads, name, now -> then.accept(now.isPresent() && isSameAs(now.get())))
        .next(List.copyOf(actors));
  }

  private boolean isSameAs(Remains later) {
    var before = new Collected();
    before.add(shares);
    var after = new Collected();
    after.add(later.shares);
    return before.isSameAs(after);
  }

  /** One actor after the other. */
  private static final class Search {
    private final Reads reads;
    private final CounterName name;
    private final Consumer<Optional<Remains>> then;
    private final Set<Id> actors = new HashSet<>();
    private final List<SlotShare> shares = new ArrayList<>();
    private Configuration configuration;
    private boolean isOver;

    Search(Reads reads, CounterName name, Consumer<Optional<Remains>> then) {
      this.reads = reads;
      this.name = name;
      this.then = then;
      this.configuration = reads.membership().configuration();
    }

    void next(List<Id> left) {
      if (left.isEmpty()) {
        end(Optional.of(new Remains(actors, shares, configuration)));
        return;
      }
      Id actor = left.getFirst();
      reads
          .dead()
          .read(
              actor,
              name,
              found ->
                  reads.run(
                      () ->
                          reads
                              .guarded()
                              .run(() -> heard(actor, found, left), () -> end(Optional.empty()))));
    }

    private void heard(Id actor, Optional<DeadActors.Left> found, List<Id> left) {
      if (found.isEmpty()) {
        end(Optional.empty());
        return;
      }
      actors.add(actor);
      shares.addAll(found.get().shares());
      configuration = configuration.merge(found.get().configuration());
      next(left.subList(1, left.size()));
    }

    private void end(Optional<Remains> remains) {
      if (!isOver) {
        isOver = true;
        then.accept(remains);
      }
    }
  }
}
