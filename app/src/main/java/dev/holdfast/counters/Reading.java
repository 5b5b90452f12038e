package dev.holdfast.counters;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The consistent reads of one counter that are under way here. They share rounds: in a round every
 * actor of the configuration is asked once.
 *
 * <p>Two rounds in a row with the same shares are the answer for all who came before the first of
 * them: at the moment between the two, every actor had just these. If shares keep moving, the
 * counter is frozen at all actors; that all freezes held until they were released is the answer for
 * all who came before the release. Every answer of a round has to come under one configuration.
 *
 * <p>Readers at many actors that freeze a counter would disturb each other. So one actor reads a
 * counter that moves for all of them, and if it does not answer, each reads by itself.
 *
 * <p>Threading: under the actor's lock.
 */
final class Reading {
  /** Rounds without two equal ones before the counter is frozen. */
  static final int ROUNDS_BEFORE_FREEZE = 3;

  private final CounterName name;
  private final Reads reads;
  private final List<Waiter> waiters = new ArrayList<>();
  private int number; // of the round that runs, or ran last
  private Optional<Round> running = Optional.empty();
  private Optional<Round> before = Optional.empty();
  private int unequal;

  Reading(CounterName name, Reads reads) {
    this.name = name;
    this.reads = reads;
  }

  /** Adds one who waits, until the time is up. */
  void join(long deadlineMs, Consumer<ReadOutcome> then) {
    var waiter = new Waiter(then, number + 1);
    waiters.add(waiter);
    waiter.deadline = reads.later(deadlineMs, () -> giveUp(waiter));
    if (running.isEmpty()) {
      step(this::collect);
    }
  }

  /** Takes a step of a round. If it fails, nobody would end the round: another one begins. */
  void step(Runnable task) {
    reads.guarded().run(task, this::recover);
  }

  private void recover() {
    Optional<Round> failed = running;
    reads.later(
        Round.RETRY_MS,
        () -> {
          if (running.equals(failed)) {
            step(this::again);
          }
        });
    failed.ifPresent(Round::close);
  }

  private void giveUp(Waiter waiter) {
    if (!waiter.isDone) {
      answer(waiter, unavailable());
      if (waiters.isEmpty()) {
        running.filter(now -> !now.isClosed()).ifPresent(this::stop);
      }
    }
  }

  private void stop(Round unfinished) {
    running = Optional.empty();
    reads.ended(name, this);
    unfinished.close();
  }

  private void answer(Waiter waiter, ReadOutcome outcome) {
    waiter.isDone = true;
    waiter.deadline.cancel(); // or the clock keeps the request, and all that it has, until then
    waiters.remove(waiter);
    waiter.then.accept(outcome);
  }

  private ReadOutcome unavailable() {
    return reads.unavailable(
        name,
        running.map(Round::missing).orElse(List.of()),
        running.map(now -> now.collected().total()).orElse(BigInteger.ZERO));
  }

  /** Returns true if the answers of a round are still of use. */
  boolean isRunning(Round candidate) {
    return running.isPresent() && running.get() == candidate;
  }

  /** Returns all who wait now. */
  List<Waiter> waiters() {
    return List.copyOf(waiters);
  }

  private void collect() {
    start(Round.Kind.COLLECT, Optional.empty());
  }

  private void start(Round.Kind kind, Optional<Address> reader) {
    if (reads.membership().configuration().isNone()) {
      var outcome =
          new ReadOutcome.Unavailable(
              "there is no configuration yet: POST /config says who the actors are",
              List.of(),
              reads.ledger().value(name));
      waiters().forEach(waiter -> answer(waiter, outcome));
    }
    if (waiters.isEmpty()) {
      running = Optional.empty();
      reads.ended(name, this);
      return;
    }
    number++;
    reads.meters().round(kind == Round.Kind.FREEZE);
    var next = new Round(this, name, reads, kind, reader);
    running = Optional.of(next);
    next.begin();
  }

  /** Starts anew. */
  void again() {
    before = Optional.empty();
    unequal = 0;
    collect();
  }

  /** Goes on after a round that has asked for shares. */
  void collected(Round now) {
    if (before.filter(now::isSameAs).isPresent()) {
      int first = number - 1;
      settle(now, waiters.stream().filter(waiter -> waiter.since <= first).toList());
      return;
    }
    unequal++;
    before = Optional.of(now);
    if (unequal < ROUNDS_BEFORE_FREEZE) {
      collect();
    } else {
      Optional<Address> reader = reads.readerForAll();
      start(reader.isPresent() ? Round.Kind.READ : Round.Kind.FREEZE, reader);
    }
  }

  /** Takes the value that another actor has read. */
  void read(List<Waiter> satisfied, ReadOutcome outcome) {
    answerAll(satisfied, outcome);
    again();
  }

  /** Goes on after another actor that was to read has not. */
  void notRead() {
    start(Round.Kind.FREEZE, Optional.empty());
  }

  /** Answers, once what is to be shown is forced. */
  void settle(Round now, List<Waiter> satisfied) {
    reads.learn(name, now.collected());
    List<SlotShare> unforced = now.collected().unforced();
    if (unforced.isEmpty()) {
      settled(now, satisfied);
    } else if (!reads.membership().isListed() || reads.lacksAny(name, unforced)) {
      // Others would not find on this disk, or not for long, what they were shown here.
      forced(now, satisfied, false);
    } else {
      reads
          .persistence()
          .force(name, unforced, isForced -> step(() -> forced(now, satisfied, isForced)));
    }
  }

  private void forced(Round now, List<Waiter> satisfied, boolean isForced) {
    if (isForced) {
      settled(now, satisfied);
    } else {
      satisfied.forEach(this::giveUp);
      again();
    }
  }

  private void settled(Round now, List<Waiter> satisfied) {
    answerAll(satisfied, new ReadOutcome.Exact(now.collected().total(), now.unconfirmed()));
    before = now.kind() == Round.Kind.FREEZE ? Optional.empty() : Optional.of(now);
    collect();
  }

  private void answerAll(List<Waiter> satisfied, ReadOutcome outcome) {
    for (Waiter waiter : satisfied) {
      if (!waiter.isDone) {
        answer(waiter, outcome);
      }
    }
    unequal = 0;
  }
}
