package dev.holdfast.counters;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Ends what an actor does that was dropped: it stops counting, forces that it has, and hands over
 * what it has on its disk, until one of those who stay has forced that, too, and has noted the end.
 * If it is listed again it goes on.
 *
 * <p>Threading: under the actor's lock.
 */
final class Leaving {
  private static final long RETRY_MS = 300;

  private final Membership membership;
  private final OwnState own;
  private final Ledger ledger;
  private final Increments increments;
  private final Asker asker;
  private final Clock clock;
  private final Serial serial;
  private final RandomGenerator random;
  private final Guarded guarded;
  private boolean isMarking;
  private boolean isHandingOver;
  private boolean isAsking;
  private boolean hasHandedOver; // all that it has, in this life and since it has stopped
  private Map<Id, Long> lacked = Map.of(); // by whoever was asked last

  Leaving(
      Membership membership,
      OwnState own,
      Ledger ledger,
      Increments increments,
      Asker asker,
      Clock clock,
      Serial serial,
      RandomGenerator random,
      Guarded guarded) {
    this.guarded = guarded;
    this.membership = membership;
    this.own = own;
    this.ledger = ledger;
    this.increments = increments;
    this.asker = asker;
    this.clock = clock;
    this.serial = serial;
    this.random = random;
  }

  /** Takes over what a start has found. */
  void begin() {
    membership.keepOwnNotesWhile(() -> !hasHandedOver);
    if (own.stopped() > 0) {
      increments.stop(reason(), () -> {});
    }
  }

  private static String reason() {
    return "this actor is not in the configuration any more";
  }

  /** Looks whether this actor counts. To be called when anything of that may have changed. */
  void look() {
    if (isMarking || membership.configuration().isNone()) {
      return;
    }
    boolean isStopped = increments.isStopped() && own.stopped() >= generation();
    if (isBack() && (increments.isStopped() || own.stopped() > 0)) {
      goOn();
    } else if (membership.isElsewhere() && !isStopped) {
      stop();
    } else if (!isStopped && !membership.isListed() && !isAsking) {
      askEverybody();
    } else if (isStopped && !isHandingOver && mustHandOver()) {
      isHandingOver = true;
      handOver();
    }
  }

  /** Others may have noted that it is back, and have dropped it again before it heard of that. */
  private long generation() {
    return Math.max(1, membership.configuration().generation(membership.actor()));
  }

  /** Asks those of whom it is not known whether they are this actor, through others if need be. */
  private void askEverybody() {
    List<Address> unknown = membership.unknownOthers();
    if (unknown.isEmpty()) {
      return;
    }
    isAsking = true;
    int[] left = {unknown.size()};
    for (Address address : unknown) {
      asker.askAnyhow(
          address,
          new Request.Hello(),
          _ -> {
            left[0]--;
            if (left[0] == 0) {
              clock.after(RETRY_MS, () -> serial.run(() -> isAsking = false));
              look();
            }
          });
    }
  }

  /** Returns true if it is listed, and everybody who reads will ask for it. */
  private boolean isBack() {
    return membership.configuration().actors().stream()
        .anyMatch(address -> membership.isSelf(address) && membership.isBackAt(address));
  }

  /** One that others have forgotten, or that is a copy, hands over what it has once. */
  private boolean mustHandOver() {
    Configuration now = membership.configuration();
    boolean isAwaited =
        now.living().stream().anyMatch(place -> place.actor().equals(membership.actor()));
    return now.knows(membership.actor()) && (!hasHandedOver || (isAwaited && !membership.isCopy()));
  }

  private void goOn() {
    isMarking = true;
    mark(
        0,
        () -> {
          if (isBack()) {
            increments.goOn();
          }
        });
  }

  /** If the disk fails, or anything else does, the next look tries again. */
  private void stop() {
    long generation = generation();
    isMarking = true;
    hasHandedOver = false;
    guarded.run(
        () -> increments.stop(reason(), () -> mark(generation, this::look)),
        () -> isMarking = false);
  }

  private void mark(long generation, Runnable forced) {
    guarded.run(
        () ->
            membership.mark(
                generation,
                isForced -> {
                  isMarking = false;
                  if (isForced) {
                    forced.run();
                  }
                }),
        () -> isMarking = false);
  }

  private void handOver() {
    guarded.run(this::tryToHandOver, this::later);
  }

  private void tryToHandOver() {
    List<Address> others = membership.listedOthers();
    if (others.isEmpty() || own.stopped() == 0 || !mustHandOver()) {
      isHandingOver = false;
      return;
    }
    Address to = others.get(random.nextInt(others.size()));
    var known = new TreeMap<Id, Long>();
    var alone = new ArrayList<Range>();
    for (Slot slot : ledger.slots()) {
      if (slot.known() > 0) {
        known.put(slot.id(), slot.known());
      }
      slot.since(slot.known()).forEach(share -> alone.add(Range.of(share)));
    }
    var request = new Request.HandOver(membership.actor(), own.stopped(), known, alone);
    asker.askAnyhow(to, request, answer -> guarded.run(() -> heard(to, answer), this::later));
  }

  private void heard(Address to, Answer answer) {
    if (answer instanceof Answer.Served(_, Id by, _, Reply.Body.Lacks(Map<Id, Long> there))) {
      boolean hasTakenNothing = there.equals(lacked);
      lacked = hasTakenNothing ? Map.of() : there;
      if (hasTakenNothing) {
        later(); // it has no memory for it: another one may have some
      } else {
        bring(to, by, ranges(there));
      }
    } else if (answer instanceof Answer.Served(_, _, _, Reply.Body.Done _)) {
      hasHandedOver = true;
      later();
    } else {
      later();
    }
  }

  private void later() {
    clock.after(RETRY_MS, () -> serial.run(this::handOver));
  }

  private List<Range> ranges(Map<Id, Long> there) {
    var ranges = new ArrayList<Range>();
    there.forEach(
        (id, known) ->
            ledger
                .slot(id)
                .map(slot -> Range.parts(slot, known, known, slot.known(), ledger.sizes()))
                .ifPresent(ranges::addAll));
    return ranges;
  }

  private void bring(Address to, Id process, List<Range> ranges) {
    if (ranges.isEmpty()) {
      handOver();
      return;
    }
    int bytes = 0;
    int count = 0;
    while (count < ranges.size() && bytes < ledger.sizes().pullBytes()) {
      bytes += ranges.get(count).bytes();
      count++;
    }
    List<Range> rest = ranges.subList(count, ranges.size());
    asker.askAnyhow(
        to,
        new Request.Push(List.copyOf(ranges.subList(0, count)), Id.NONE, process),
        answer -> {
          if (answer instanceof Answer.Served) {
            guarded.run(() -> bring(to, process, rest), this::later);
          } else {
            later();
          }
        });
  }
}
