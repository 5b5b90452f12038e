package dev.holdfast.counters;

import java.math.BigInteger;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Consistent reads: a {@link Reading} for each counter that is being read.
 *
 * <p>Threading: under the actor's lock.
 */
final class Reads {
  /** Reads that wait at once; a further one is refused. */
  static final int WAITING_MAX = 20_000;

  /** How long another actor may wait for a read: its own deadline is not here. */
  static final long FOR_ANOTHER_MS = 1_000;

  private static final String NO_ROOM =
      "; the configuration has no room for further actors: POST /config, and forget those that do"
          + " not come back";

  private final Ledger ledger;
  private final Membership membership;
  private final Freezes freezes;
  private final Persistence persistence;
  private final Asker asker;
  private final Collects collects;
  private final Clock clock;
  private final Serial serial;
  private final OwnState own;
  private final Exchange exchange;
  private final Looks looks;
  private final Meters meters;
  private final Guarded guarded;
  private final Map<CounterName, Reading> readings = new HashMap<>();
  private int waiting;

  Reads(
      Ledger ledger,
      Membership membership,
      Freezes freezes,
      Persistence persistence,
      Asker asker,
      Clock clock,
      Serial serial,
      OwnState own,
      Exchange exchange,
      Looks looks,
      Meters meters,
      Guarded guarded) {
    this.guarded = guarded;
    this.ledger = ledger;
    this.membership = membership;
    this.freezes = freezes;
    this.persistence = persistence;
    this.asker = asker;
    this.collects = new Collects(asker, membership::isSelf, guarded);
    this.clock = clock;
    this.serial = serial;
    this.own = own;
    this.exchange = exchange;
    this.looks = looks;
    this.meters = meters;
  }

  /**
   * Reads a counter.
   *
   * @param deadlineMs when to give up
   * @param then gets the outcome, once, under the actor's lock
   */
  void read(CounterName name, long deadlineMs, Consumer<ReadOutcome> then) {
    long begunNanos = clock.nanoTime();
    join(
        name,
        deadlineMs,
        outcome -> {
          meters.read(outcome, clock.nanoTime() - begunNanos);
          then.accept(outcome);
        });
  }

  /** Reads a counter for another actor, which waits for an answer that long. */
  void readForAnother(CounterName name, Consumer<ReadOutcome> then) {
    join(name, FOR_ANOTHER_MS, then);
  }

  private void join(CounterName name, long deadlineMs, Consumer<ReadOutcome> then) {
    if (waiting >= WAITING_MAX) {
      then.accept(
          new ReadOutcome.Unavailable("too many reads wait", List.of(), ledger.value(name)));
      return;
    }
    waiting++;
    readings
        .computeIfAbsent(name, _ -> new Reading(name, this))
        .join(
            deadlineMs,
            outcome -> {
              waiting--;
              then.accept(outcome);
            });
  }

  /**
   * Returns the actor that reads a counter that moves for all others: the first one of the
   * configuration that can be reached. Empty if that is this one, or if others do not ask this one.
   */
  Optional<Address> readerForAll() {
    return membership.isListed() ? membership.firstReachable() : Optional.empty();
  }

  ReadOutcome unavailable(CounterName name, List<Address> missing, BigInteger heard) {
    String detail =
        missing.isEmpty()
            ? "the actors could not agree in time"
            : "no answer from "
                + String.join(", ", missing.stream().map(Address::toString).toList());
    return new ReadOutcome.Unavailable(
        membership.isFull() ? detail + NO_ROOM : detail, missing, ledger.value(name).max(heard));
  }

  void ended(CounterName name, Reading reading) {
    readings.remove(name, reading);
  }

  /** Leaves out what others say of the slot that only this process counts in. */
  List<SlotShare> own(Collection<SlotShare> told) {
    Optional<Id> living = own.living().map(Slot::id);
    if (living.isEmpty()) {
      return List.copyOf(told);
    }
    return told.stream().filter(share -> !share.slot().equals(living.get())).toList();
  }

  /** Keeps what a read has learned. */
  void learn(CounterName name, Collected collected) {
    for (SlotShare share : own(collected.all())) {
      if (isNews(name, share)) {
        exchange.take(Range.of(name, share));
      }
    }
  }

  /** Returns true if some shares are not here, although they were learned: there is no memory. */
  boolean lacksAny(CounterName name, List<SlotShare> shares) {
    return shares.stream().anyMatch(share -> isNews(name, share));
  }

  private boolean isNews(CounterName name, SlotShare share) {
    return ledger
        .slot(share.slot())
        .flatMap(slot -> ledger.counter(name).flatMap(counter -> counter.find(slot)))
        .map(Share::sequence)
        .filter(here -> here >= share.sequence())
        .isEmpty();
  }

  Clock.Later later(long delayMs, Runnable task) {
    return clock.after(delayMs, () -> run(task));
  }

  void run(Runnable task) {
    serial.run(task);
  }

  Guarded guarded() {
    return guarded;
  }

  Looks looks() {
    return looks;
  }

  Meters meters() {
    return meters;
  }

  Ledger ledger() {
    return ledger;
  }

  Membership membership() {
    return membership;
  }

  Freezes freezes() {
    return freezes;
  }

  Persistence persistence() {
    return persistence;
  }

  Collects collects() {
    return collects;
  }

  Asker asker() {
    return asker;
  }
}
