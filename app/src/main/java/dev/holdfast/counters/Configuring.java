package dev.holdfast.counters;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Posts a configuration: asks everybody for the newest one, makes the next one, forces it, tells
 * everybody, and waits a while for those whom it drops.
 *
 * <p>Threading: under the actor's lock.
 */
final class Configuring {
  /** How long those who are dropped are waited for, from when the configuration is in force. */
  static final long DROPPED_WAIT_MS = 2_000;

  /** How long everybody is asked for the newest configuration, and later told of the next one. */
  static final long ASK_MS = 2_000;

  private static final long POLL_MS = 50;
  private static final long NANOS_PER_MS = 1_000_000;

  private final Membership membership;
  private final Asker asker;
  private final Clock clock;
  private final Serial serial;
  private final RandomGenerator random;

  Configuring(
      Membership membership, Asker asker, Clock clock, Serial serial, RandomGenerator random) {
    this.membership = membership;
    this.asker = asker;
    this.clock = clock;
    this.serial = serial;
    this.random = random;
  }

  /**
   * Posts a list. That takes {@link #ASK_MS} to ask, one force, and {@link #ASK_MS} to tell at
   * most. Whoever has not agreed by then was not reached.
   *
   * @param list the addresses of all actors, one or more
   * @param forget where actors were that nobody is to wait for any more
   * @param then gets the outcome, once, under the actor's lock
   */
  void post(
      NavigableSet<Address> list, Collection<Address> forget, Consumer<ConfigureOutcome> then) {
    var everybody = new TreeSet<>(list);
    everybody.addAll(membership.configuration().actors());
    ask(everybody, notReached -> posted(list, forget, notReached.isEmpty(), then));
  }

  private void posted(
      NavigableSet<Address> list,
      Collection<Address> forget,
      boolean isAgreed,
      Consumer<ConfigureOutcome> then) {
    Id fresh = Id.random(random);
    membership.add(
        before -> {
          Configuration agreed = isAgreed ? before.withoutOver() : before;
          return forgotten(agreed.posted(list, fresh), forget);
        },
        stored -> {
          switch (stored) {
            case FORCED -> tell(list, then);
            case NOT -> then.accept(new ConfigureOutcome.NotStored("the disk takes nothing"));
            case TOO_LONG -> then.accept(new ConfigureOutcome.Full());
            case UNKNOWN -> then.accept(new ConfigureOutcome.Unknown());
          }
        });
  }

  private void tell(NavigableSet<Address> list, Consumer<ConfigureOutcome> then) {
    var everybody = new TreeSet<>(list);
    everybody.addAll(dropped());
    long begunNanos = clock.nanoTime();
    ask(everybody, notReached -> awaitDropped(begunNanos, list, notReached, then));
  }

  /** Ends the actors that were at these addresses, but for those that are listed and answer. */
  private Configuration forgotten(Configuration posted, Collection<Address> forget) {
    Set<Id> present = new HashSet<>();
    present.add(membership.actor());
    for (Address address : posted.actors()) {
      if (membership.peer(address).failures() == 0) {
        present.add(membership.peer(address).actor());
      }
    }
    Set<Id> ended = new HashSet<>();
    for (Configuration.Seen place : posted.living()) {
      if (forget.contains(place.address()) && !present.contains(place.actor())) {
        ended.add(place.actor());
      }
    }
    return posted.withEnded(ended);
  }

  /** Returns where actors are that are not listed and have not ended. */
  private List<Address> dropped() {
    return membership.dropped().stream()
        .map(Configuration.Seen::address)
        .sorted()
        .distinct()
        .toList();
  }

  private void awaitDropped(
      long begunNanos,
      NavigableSet<Address> list,
      Set<Address> notReached,
      Consumer<ConfigureOutcome> then) {
    List<Address> dropped = dropped();
    if (dropped.isEmpty() || clock.nanoTime() - begunNanos >= DROPPED_WAIT_MS * NANOS_PER_MS) {
      var missing = new ArrayList<>(notReached);
      missing.retainAll(list);
      then.accept(new ConfigureOutcome.Configured(membership.configuration(), missing, dropped));
    } else {
      clock.after(
          POLL_MS, () -> serial.run(() -> awaitDropped(begunNanos, list, notReached, then)));
    }
  }

  /** Asks everybody at once; says who did not answer, or did not agree in time. */
  private void ask(Set<Address> addresses, Consumer<Set<Address>> then) {
    var left = new TreeSet<>(addresses);
    left.removeIf(membership::isSurelyOwn);
    if (left.isEmpty()) {
      then.accept(left);
      return;
    }
    var inquiry = new Inquiry(left, then);
    clock.after(ASK_MS, () -> serial.run(inquiry::end));
    List.copyOf(left).forEach(inquiry::ask);
  }

  /** A question to several actors, whether they have this configuration. */
  private final class Inquiry {
    private final Set<Address> left; // who has not agreed
    private final Set<Address> asked;
    private final Consumer<Set<Address>> then;
    private boolean isOver;

    Inquiry(Set<Address> left, Consumer<Set<Address>> then) {
      this.left = left;
      this.asked = new HashSet<>(left);
      this.then = then;
    }

    void ask(Address address) {
      asker.askAnyhow(
          address,
          new Request.Hello(),
          answer -> {
            switch (answer) {
              case Answer.Served _, Answer.Self _ -> {
                left.remove(address);
                settled(address);
              }
              case Answer.NotReached _ -> settled(address);
              case Answer.NotServed _ ->
                  clock.after(POLL_MS, () -> serial.run(() -> again(address)));
            }
          });
    }

    private void again(Address address) {
      if (!isOver) {
        ask(address);
      }
    }

    private void settled(Address address) {
      asked.remove(address);
      if (asked.isEmpty()) {
        end();
      }
    }

    void end() {
      if (!isOver) {
        isOver = true;
        then.accept(new TreeSet<>(left));
      }
    }
  }
}
