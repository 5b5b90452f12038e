package dev.holdfast.counters;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * One round of a {@link Reading}: every actor is asked, until it answers, or one that reads for
 * all.
 *
 * <p>Threading: under the actor's lock.
 */
final class Round {
  /** From a failed question to the next. */
  static final long RETRY_MS = 100;

  private final Reading reading;
  private final CounterName name;
  private final Reads reads;
  private final Kind kind;
  private final Optional<Address> reader;
  private final Id stamp;
  private final Configuration configuration;
  private final Collected collected = new Collected();
  private final Set<Id> actors = new HashSet<>();
  private final Set<Address> left = new TreeSet<>();
  private final Holds holds;
  private boolean isLeftHere = true;
  private boolean isClosed; // nobody is asked any more

  /** Says what actors are asked for. */
  enum Kind {
    /** Their shares. */
    COLLECT,

    /** Their shares, and to hold the counter still until the round ends. */
    FREEZE,

    /** One of them is asked for the value. It reads for all. */
    READ
  }

  /**
   * @param reader the one that is asked to read; empty for other kinds
   */
  Round(Reading reading, CounterName name, Reads reads, Kind kind, Optional<Address> reader) {
    this.reader = reader;
    this.reading = reading;
    this.name = name;
    this.reads = reads;
    this.kind = kind;
    this.stamp = reads.membership().stamp();
    this.configuration = reads.membership().configuration();
    this.holds = new Holds(name, stamp, reads);
  }

  Kind kind() {
    return kind;
  }

  Collected collected() {
    return collected;
  }

  /** Returns true if nobody is asked any more. */
  boolean isClosed() {
    return isClosed;
  }

  private boolean isOver() {
    return isClosed || !reading.isRunning(this);
  }

  /** Returns true if it is equal to an earlier one, under the same configuration. */
  boolean isSameAs(Round before) {
    return before.stamp.equals(stamp) && before.collected.isSameAs(collected);
  }

  /** Asks nobody any more, and lets go of what is held. */
  void close() {
    isClosed = true;
    holds.drop();
  }

  List<Address> missing() {
    return List.copyOf(left);
  }

  void begin() {
    if (reader.isPresent()) {
      askReader(reader.get());
      return;
    }
    left.addAll(reads.membership().listedToAsk());
    actors.add(reads.membership().actor());
    askHere();
    List.copyOf(left).forEach(this::ask);
  }

  private void askReader(Address address) {
    left.add(address);
    List<Waiter> satisfied = reading.waiters(); // those who come later may want more
    reads
        .asker()
        .askAnyhow(
            address,
            new Request.Read(name),
            2 * Reads.FOR_ANOTHER_MS,
            answer -> step(() -> heardReader(answer, satisfied)));
  }

  private void heardReader(Answer answer, List<Waiter> satisfied) {
    if (isOver()) {
      return;
    }
    isClosed = true;
    if (answer
            instanceof
            Answer.Served(_, _, Id under, Reply.Body.Exact(BigInteger value, List<Address> gone))
        && under.equals(stamp)
        && stamp.equals(reads.membership().stamp())) {
      reading.read(satisfied, new ReadOutcome.Exact(value, gone));
    } else {
      reading.notRead();
    }
  }

  private boolean isFreeze() {
    return kind == Kind.FREEZE;
  }

  private void step(Runnable task) {
    reading.step(task);
  }

  private void askHere() {
    if (!isFreeze()) {
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
    if (isFreeze()) {
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
        if (isFreeze()) {
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
      if (isFreeze()) {
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
    } else if (isFreeze()) {
      later(RETRY_MS, this::abandon); // the others do not hold for so long
    } else {
      later(RETRY_MS, () -> ask(address));
    }
  }

  /** Gives up this round, and starts anew. */
  private void abandon() {
    if (!isOver()) {
      close();
      reading.again();
    }
  }

  private void heardAll() {
    if (!left.isEmpty() || isLeftHere || isOver()) {
      return;
    }
    isClosed = true;
    if (!isFreeze()) {
      reading.collected(this);
      return;
    }
    List<Waiter> satisfied = reading.waiters(); // before anything is released
    holds.releaseAll(held -> step(held ? () -> reading.settle(this, satisfied) : reading::again));
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
