package dev.holdfast.counters;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The places where one round of a consistent read holds a counter still.
 *
 * <p>Threading: under the actor's lock.
 */
final class Holds {
  private final CounterName name;
  private final Id stamp;
  private final Reads reads;
  private final Map<Address, Id> frozen = new TreeMap<>();
  private final Map<Address, Remains> remains = new TreeMap<>();
  private final Set<Address> selves = new TreeSet<>();
  private Optional<Id> frozenHere = Optional.empty();

  /**
   * @param stamp of the configuration of the round
   */
  Holds(CounterName name, Id stamp, Reads reads) {
    this.name = name;
    this.stamp = stamp;
    this.reads = reads;
  }

  /** Adds a freeze of this actor. */
  void here(Id freeze) {
    frozenHere = Optional.of(freeze);
  }

  /** Adds a freeze of another actor. */
  void at(Address address, Id freeze) {
    frozen.put(address, freeze);
  }

  /** Adds an address that has led here. It may lead to another machine by now. */
  void atSelf(Address address) {
    selves.add(address);
  }

  /** Adds dead actors: they count no more unless they come back. */
  void at(Address address, Remains found) {
    remains.put(address, found);
  }

  /**
   * Releases all of them.
   *
   * @param then hears, once, whether all of them have held until their release
   */
  void releaseAll(Consumer<Boolean> then) {
    boolean[] held = {true};
    int[] waiting = {frozen.size() + remains.size() + selves.size() + 1};
    Consumer<Boolean> one =
        isHeld -> {
          held[0] &= isHeld;
          waiting[0]--;
          if (waiting[0] == 0) {
            then.accept(held[0]);
          }
        };
    var living = new TreeMap<>(frozen);
    var dead = new TreeMap<>(remains);
    var formerSelves = List.copyOf(selves);
    frozen.clear();
    remains.clear();
    selves.clear();
    living.forEach((address, freeze) -> release(address, freeze, one));
    formerSelves.forEach(address -> lookAgain(address, one));
    dead.values().forEach(before -> before.lookAgain(reads, one));
    boolean isHeldHere = frozenHere.isPresent() && reads.freezes().release(name, frozenHere.get());
    frozenHere = Optional.empty();
    one.accept(isHeldHere);
  }

  /** Releases all of them. Nobody asks whether they have held. */
  void drop() {
    remains.clear();
    selves.clear();
    releaseAll(_ -> {});
  }

  /**
   * Looks whether an address still leads here: then nobody has counted there meanwhile.
   *
   * @param then hears it, once
   */
  private void lookAgain(Address address, Consumer<Boolean> then) {
    reads
        .asker()
        .askAnyhow(
            address, new Request.Hello(), answer -> then.accept(answer instanceof Answer.Self));
  }

  /**
   * Releases another actor.
   *
   * @param then hears, once, whether it has held until now
   */
  void release(Address address, Id freeze, Consumer<Boolean> then) {
    reads
        .asker()
        .askAnyhow(
            address,
            new Request.Release(name, freeze),
            answer ->
                then.accept(
                    answer
                            instanceof
                            Answer.Served(_, _, Id under, Reply.Body.Released(boolean held))
                        && held
                        && under.equals(stamp)));
  }
}
