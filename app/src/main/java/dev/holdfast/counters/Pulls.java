package dev.holdfast.counters;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Asks other actors for shares that are missing here, one actor at a time, and answers those who
 * ask. Whoever has brought nothing new is not asked for the same again: two actors may each lack
 * what the other one knows of a slot, and {@link Extent} does not say which of them.
 *
 * <p>Threading: under the actor's lock.
 */
final class Pulls {
  /** From one request for shares to the next. What is new is pushed meanwhile as well. */
  static final long PULL_SPACING_MS = 200;

  private static final long NANOS_PER_MS = 1_000_000;

  private final Membership membership;
  private final Ledger ledger;
  private final OwnState own;
  private final Asker asker;
  private final Clock clock;
  private final Predicate<Range> taker;

  /** What was asked for in vain: of each address, and of each slot. */
  private final Map<Address, Map<Id, Vain>> vain = new HashMap<>();

  private long pulledNanos;
  private boolean isPulling;

  /**
   * How much of a slot was known there, and here, when what is known there was nothing new here.
   */
  private record Vain(Extent there, Extent here) {}

  /** What is asked for, in one question after the other. */
  private static final class Pull {
    final Address from;
    final Id process;
    final Map<Id, Vain> asked = new HashMap<>();
    boolean hasNew;

    Pull(Address from, Id process) {
      this.from = from;
      this.process = process;
    }
  }

  /**
   * @param taker takes the shares that come, and says whether any was new
   */
  Pulls(
      Membership membership,
      Ledger ledger,
      OwnState own,
      Asker asker,
      Clock clock,
      Predicate<Range> taker) {
    this.membership = membership;
    this.ledger = ledger;
    this.own = own;
    this.asker = asker;
    this.clock = clock;
    this.taker = taker;
    this.pulledNanos = clock.nanoTime() - PULL_SPACING_MS * NANOS_PER_MS;
  }

  /** Asks for what somebody else knows and this actor does not, unless it asks somebody already. */
  void pull(Address from, Map<Id, Extent> there) {
    long now = clock.nanoTime();
    if (isPulling
        || ledger.isFullForOthers()
        || now - pulledNanos < PULL_SPACING_MS * NANOS_PER_MS) {
      return;
    }
    vain.keySet().retainAll(membership.contacts());
    Map<Id, Vain> before = vain.getOrDefault(from, Map.of());
    var pull = new Pull(from, membership.peer(from).process());
    var wants = new ArrayList<Want>();
    there.forEach(
        (id, extent) -> {
          Extent here = extent(id);
          boolean isLiving = own.living().filter(slot -> slot.id().equals(id)).isPresent();
          var asked = new Vain(extent, here);
          if (extent.isBeyond(here) && !isLiving && !asked.equals(before.get(id))) {
            pull.asked.put(id, asked);
            wants.add(new Want(id, here.known(), here.known(), OptionalLong.empty()));
          }
        });
    if (!wants.isEmpty()) {
      pulledNanos = now;
      ask(pull, wants);
    }
  }

  private Extent extent(Id slot) {
    return ledger.slot(slot).map(Slot::extent).orElse(Extent.NOTHING);
  }

  private void ask(Pull pull, List<Want> wants) {
    isPulling = true;
    asker.ask(
        pull.from,
        new Request.Pull(wants),
        answer -> {
          isPulling = false; // first: a failure of what follows must not keep it so
          if (answer instanceof Answer.Served(_, Id by, _, Reply.Body.Brought brought)
              && by.equals(pull.process)) {
            take(pull, brought, wants);
          }
        });
  }

  /** Takes what was asked for, and asks for what is left. */
  private void take(Pull pull, Reply.Body.Brought brought, List<Want> wants) {
    var left = new ArrayList<>(wants);
    for (Part part : brought.parts()) {
      if (left.isEmpty() || !left.getFirst().slot().equals(part.range().slot())) {
        return; // not what was asked for
      }
      pull.hasNew |= taker.test(part.range());
      Want asked = left.removeFirst();
      if (!part.last()) {
        left.addFirst(asked.behind(part));
      }
    }
    boolean isEnd = left.isEmpty() || brought.parts().isEmpty() || ledger.isFullForOthers();
    if (!isEnd) {
      ask(pull, left);
    } else if (left.isEmpty() && !pull.hasNew) {
      vain.computeIfAbsent(pull.from, _ -> new HashMap<>()).putAll(pull.asked);
    }
  }

  /** Answers with as much as fits of what another actor asks for. */
  Reply.Body pulled(List<Want> wants) {
    var parts = new ArrayList<Part>();
    int pullBytes = ledger.sizes().pullBytes();
    int bytes = 0;
    for (Want want : wants) {
      Optional<Slot> slot = ledger.slot(want.slot());
      if (slot.isEmpty()) {
        break; // it was never said to be here
      }
      long to = want.to().orElse(slot.get().known());
      List<Range> ranges =
          Range.parts(
              slot.get(), want.from(), want.behind(), to, ledger.sizes(), pullBytes - bytes);
      for (Range range : ranges) {
        boolean isLast = range.last(want.behind()) >= slot.get().last();
        parts.add(new Part(range, to, isLast));
        bytes += range.bytes();
      }
      if (bytes >= pullBytes) {
        break;
      }
    }
    return new Reply.Body.Brought(parts);
  }
}
