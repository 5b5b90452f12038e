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
  private static final int PUSH_BYTES = 512 * 1024;

  private final Membership membership;
  private final OwnState own;
  private final Ledger ledger;
  private final Increments increments;
  private final Asker asker;
  private final Clock clock;
  private final Serial serial;
  private final RandomGenerator random;
  private boolean isMarking;
  private boolean isHandingOver;

  Leaving(
      Membership membership,
      OwnState own,
      Ledger ledger,
      Increments increments,
      Asker asker,
      Clock clock,
      Serial serial,
      RandomGenerator random) {
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
    if (own.isStopped()) {
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
    if (isBack() && (increments.isStopped() || own.isStopped())) {
      goOn();
    } else if (membership.isElsewhere() && !(increments.isStopped() && own.isStopped())) {
      stop();
    } else if (own.isStopped() && !isHandingOver && mustHandOver()) {
      isHandingOver = true;
      handOver();
    }
  }

  /** Returns true if it is listed, and everybody who reads will ask for it. */
  private boolean isBack() {
    return membership.configuration().actors().stream()
        .anyMatch(
            address ->
                membership.isSelf(address)
                    && membership.configuration().hasSeen(membership.actor(), address));
  }

  private boolean mustHandOver() {
    return membership.configuration().living().stream()
        .anyMatch(place -> place.actor().equals(membership.actor()));
  }

  private void goOn() {
    isMarking = true;
    membership.mark(
        false,
        isForced -> {
          isMarking = false;
          if (isForced && isBack()) {
            increments.goOn();
          }
        });
  }

  private void stop() {
    isMarking = true;
    increments.stop(
        reason(),
        () ->
            membership.mark(
                true,
                _ -> {
                  isMarking = false;
                  look();
                }));
  }

  private void handOver() {
    List<Address> others = membership.listedOthers();
    if (others.isEmpty() || !own.isStopped() || !mustHandOver()) {
      isHandingOver = false;
      return;
    }
    Address to = others.get(random.nextInt(others.size()));
    var known = new TreeMap<Id, Long>();
    var alone = new ArrayList<Range>();
    for (Slot slot : ledger.slots()) {
      if (slot.forced() > 0) {
        known.put(slot.id(), slot.forced());
      }
      for (Share share : slot.since(slot.forced())) {
        if (share.isForced()) {
          alone.add(Range.of(share));
        }
      }
    }
    var request =
        new Request.HandOver(
            membership.actor(), membership.configuration().version(), known, alone);
    asker.askAnyhow(
        to,
        request,
        answer -> {
          if (answer instanceof Answer.Served(_, _, _, Reply.Body.Lacks(Map<Id, Long> there))) {
            bring(to, ranges(there));
          } else {
            later();
          }
        });
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
                .ifPresent(slot -> ranges.addAll(Range.parts(slot, known, known, slot.known()))));
    return ranges;
  }

  private void bring(Address to, List<Range> ranges) {
    if (ranges.isEmpty()) {
      handOver();
      return;
    }
    int bytes = 0;
    int count = 0;
    while (count < ranges.size() && bytes < PUSH_BYTES) {
      bytes += ranges.get(count).bytes();
      count++;
    }
    List<Range> rest = ranges.subList(count, ranges.size());
    asker.askAnyhow(
        to,
        new Request.Push(List.copyOf(ranges.subList(0, count)), Id.NONE),
        answer -> {
          if (answer instanceof Answer.Served) {
            bring(to, rest);
          } else {
            later();
          }
        });
  }
}
