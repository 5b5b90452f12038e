package dev.holdfast.counters;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
 * <p>Threading: under the actor's lock.
 */
final class Reading {
  /** Rounds without two equal ones before the counter is frozen. */
  static final int ROUNDS_BEFORE_FREEZE = 3;

  /** From a failed question to the next. */
  static final long RETRY_MS = 100;

  private static final String NO_ROOM =
      "; the configuration has no room for further actors: POST /config, and forget those that do"
          + " not come back";

  private final CounterName name;
  private final Reads reads;
  private final List<Waiter> waiters = new ArrayList<>();
  private int round;
  private Optional<Round> running = Optional.empty();
  private Optional<Round> before = Optional.empty();
  private int unequal;

  Reading(CounterName name, Reads reads) {
    this.name = name;
    this.reads = reads;
  }

  /** Adds one who waits, until the time is up. */
  void join(long deadlineMs, Consumer<ReadOutcome> then) {
    var waiter = new Waiter(then, round + 1);
    waiters.add(waiter);
    waiter.deadline = reads.later(deadlineMs, () -> giveUp(waiter));
    if (running.isEmpty()) {
      step(this::collect);
    }
  }

  /** Takes a step of a round. If it fails, nobody would end the round: another one begins. */
  private void step(Runnable task) {
    reads.guarded().run(task, this::recover);
  }

  private void recover() {
    Optional<Round> failed = running;
    reads.later(
        RETRY_MS,
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
        running.filter(now -> !now.isClosed).ifPresent(Round::stop);
      }
    }
  }

  private void answer(Waiter waiter, ReadOutcome outcome) {
    waiter.isDone = true;
    waiter.deadline.cancel(); // or the clock keeps the request, and all that it has, until then
    waiters.remove(waiter);
    waiter.then.accept(outcome);
  }

  private ReadOutcome unavailable() {
    List<Address> missing = running.map(Round::missing).orElse(List.of());
    BigInteger here = reads.ledger().value(name);
    BigInteger heard = running.map(r -> r.collected.total()).orElse(BigInteger.ZERO);
    String detail =
        missing.isEmpty()
            ? "the actors could not agree in time"
            : "no answer from "
                + String.join(", ", missing.stream().map(Address::toString).toList());
    return new ReadOutcome.Unavailable(
        reads.membership().isFull() ? detail + NO_ROOM : detail, missing, here.max(heard));
  }

  private void collect() {
    start(new Round(false));
  }

  private void start(Round next) {
    if (waiters.isEmpty()) {
      running = Optional.empty();
      reads.ended(name, this);
      return;
    }
    round++;
    next.number = round;
    reads.meters().round(next.isFreeze);
    running = Optional.of(next);
    next.begin();
  }

  private void again() {
    before = Optional.empty();
    unequal = 0;
    collect();
  }

  private void collected(Round now) {
    boolean isSame =
        before.isPresent()
            && before.get().stamp.equals(now.stamp)
            && before.get().collected.isSameAs(now.collected);
    if (isSame) {
      int first = before.get().number;
      settle(now, waiters.stream().filter(waiter -> waiter.since <= first).toList());
      return;
    }
    unequal++;
    before = Optional.of(now);
    start(new Round(unequal >= ROUNDS_BEFORE_FREEZE));
  }

  /** Answers, once what is to be shown is forced. */
  private void settle(Round now, List<Waiter> satisfied) {
    reads.learn(name, now.collected);
    List<SlotShare> unforced = now.collected.unforced();
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
    var outcome = new ReadOutcome.Exact(now.collected.total(), now.unconfirmed());
    for (Waiter waiter : satisfied) {
      if (!waiter.isDone) {
        answer(waiter, outcome);
      }
    }
    unequal = 0;
    before = now.isFreeze ? Optional.empty() : Optional.of(now);
    collect();
  }

  /** One round: every actor is asked, until it answers. */
  private final class Round {
    final boolean isFreeze;
    final Id stamp = reads.membership().stamp();
    final Configuration configuration = reads.membership().configuration();
    final Collected collected = new Collected();
    final Set<Id> actors = new HashSet<>();
    final Set<Address> left = new TreeSet<>();
    final Holds holds = new Holds(name, stamp, reads);
    boolean isLeftHere = true;
    boolean isClosed; // nobody is asked any more
    int number;

    Round(boolean isFreeze) {
      this.isFreeze = isFreeze;
    }

    boolean isOver() {
      return isClosed || running.isEmpty() || running.get() != this;
    }

    /** Ends it, since nobody waits any more. */
    void stop() {
      running = Optional.empty();
      reads.ended(name, Reading.this);
      close();
    }

    void close() {
      isClosed = true;
      holds.drop();
    }

    List<Address> missing() {
      return List.copyOf(left);
    }

    void begin() {
      if (reads.membership().configuration().isNone()) {
        var outcome =
            new ReadOutcome.Unavailable(
                "there is no configuration yet: POST /config says who the actors are",
                List.of(),
                reads.ledger().value(name));
        List.copyOf(waiters).forEach(waiter -> answer(waiter, outcome));
        start(new Round(false));
        return;
      }
      left.addAll(reads.membership().listedToAsk());
      actors.add(reads.membership().actor());
      askHere();
      List.copyOf(left).forEach(this::ask);
    }

    private void askHere() {
      if (!isFreeze) {
        collected.add(reads.ledger().told(name));
        isLeftHere = false;
        heardAll();
        return;
      }
      reads.freezes().freeze(name, found -> step(() -> heardHere(found)));
    }

    private void heardHere(Optional<Freezes.Frozen> found) {
      if (isOver()) {
        found.ifPresent(frozen -> reads.freezes().release(name, frozen.freeze()));
      } else if (found.isEmpty()) {
        later(RETRY_MS, this::abandon);
      } else {
        holds.here(found.get().freeze());
        collected.add(found.get().shares());
        isLeftHere = false;
        heardAll();
      }
    }

    private void later(long delayMs, Runnable task) {
      reads.later(delayMs, () -> step(task));
    }

    private void ask(Address address) {
      if (isOver() || !left.contains(address)) {
        return;
      }
      Consumer<Answer> then = answer -> step(() -> heard(address, answer));
      if (isFreeze) {
        boolean isSelf = reads.membership().isSelf(address); // it would freeze the counter twice
        Request request = isSelf ? new Request.Hello() : new Request.Freeze(name);
        reads.asker().askAnyhow(address, request, then);
      } else {
        reads.collects().collect(address, name, this::isOver, then);
      }
    }

    private void heard(Address address, Answer answer) {
      if (isOver()) {
        if (answer instanceof Answer.Served(_, _, _, Reply.Body.Frozen(Id freeze, _))) {
          holds.release(address, freeze, _ -> {});
        }
        return;
      }
      switch (answer) {
        case Answer.Served(Id actor, _, Id under, Reply.Body body) -> {
          if (!under.equals(stamp) || !stamp.equals(reads.membership().stamp())) {
            abandon();
          } else if (!reads.membership().configuration().hasSeen(actor, address)) {
            later(RETRY_MS / 10, this::abandon); // it is being noted
          } else {
            served(address, actor, body);
          }
        }
        case Answer.Self _ -> {
          if (isFreeze) {
            holds.atSelf(address);
          }
          left.remove(address);
          heardAll();
        }
        case Answer.NotReached(boolean isRefused) -> {
          if (isRefused) {
            Remains.find(
                reads,
                address,
                actors,
                this::isOver,
                found -> step(() -> heardRemains(address, found)));
          } else {
            retry(address);
          }
        }
        case Answer.NotServed _ -> retry(address);
      }
    }

    /** Takes what dead actors have left in place of an answer. */
    private void heardRemains(Address address, Optional<Remains> found) {
      if (isOver() || !left.contains(address)) {
        return;
      }
      Configuration mine = reads.membership().configuration();
      if (found.isEmpty()) {
        retry(address);
      } else if (!found.get().mergedWith(mine).equals(mine)) {
        reads.membership().merge(found.get().mergedWith(mine), () -> step(this::abandon));
      } else if (!stamp.equals(reads.membership().stamp())) {
        abandon();
      } else if (!found.get().isTaken()) {
        retry(address); // there was no memory for it, or it was of another configuration just now
      } else {
        reads.meters().remains();
        if (isFreeze) {
          holds.at(address, found.get());
        }
        collected.add(reads.own(reads.ledger().told(name))); // all that they have left is here
        actors.addAll(found.get().actors());
        left.remove(address);
        heardAll();
      }
    }

    private void served(Address address, Id actor, Reply.Body body) {
      switch (body) {
        case Reply.Body.Shares(List<List<SlotShare>> counters) ->
            collected.add(reads.own(counters.getFirst()));
        case Reply.Body.Frozen(Id freeze, List<SlotShare> shares) -> {
          holds.at(address, freeze);
          collected.add(reads.own(shares));
        }
        default -> {
          retry(address);
          return;
        }
      }
      actors.add(actor);
      left.remove(address);
      heardAll();
    }

    private void retry(Address address) {
      if (!stamp.equals(reads.membership().stamp())) {
        abandon();
      } else if (isFreeze) {
        later(RETRY_MS, this::abandon); // the others do not hold for so long
      } else {
        later(RETRY_MS, () -> ask(address));
      }
    }

    /** Gives up this round, and starts anew. */
    private void abandon() {
      if (!isOver()) {
        close();
        again();
      }
    }

    private void heardAll() {
      if (!left.isEmpty() || isLeftHere || isOver()) {
        return;
      }
      isClosed = true;
      if (!isFreeze) {
        collected(this);
        return;
      }
      var satisfied = List.copyOf(waiters); // before anything is released
      holds.releaseAll(
          held -> step(held ? () -> settle(this, satisfied) : Reading.this::again));
    }

    /** Returns the addresses of actors that may have counted and did not answer. */
    List<Address> unconfirmed() {
      return configuration.living().stream()
          .filter(place -> !actors.contains(place.actor()))
          .map(Configuration.Seen::address)
          .distinct()
          .toList();
    }
  }
}
