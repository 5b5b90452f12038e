package dev.holdfast.counters;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Asks other actors for shares that are missing here, one actor at a time, and answers those who
 * ask.
 *
 * <p>Threading: under the actor's lock.
 */
final class Pulls {
  /** From one request for shares to the next. What is new is pushed meanwhile as well. */
  private static final long PULL_SPACING_MS = 200;

  private static final long NANOS_PER_MS = 1_000_000;

  private final Membership membership;
  private final Ledger ledger;
  private final OwnState own;
  private final Asker asker;
  private final Clock clock;
  private final Consumer<Range> taker;
  private long pulledNanos;
  private boolean isPulling;

  /**
   * @param taker takes the shares that come
   */
  Pulls(
      Membership membership,
      Ledger ledger,
      OwnState own,
      Asker asker,
      Clock clock,
      Consumer<Range> taker) {
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
    var wants = new ArrayList<Want>();
    there.forEach(
        (id, extent) -> {
          Extent here = ledger.slot(id).map(Slot::extent).orElse(Extent.NOTHING);
          boolean isLiving = own.living().filter(slot -> slot.id().equals(id)).isPresent();
          if (extent.isBeyond(here) && !isLiving) {
            wants.add(new Want(id, here.known(), here.known(), OptionalLong.empty()));
          }
        });
    if (!wants.isEmpty()) {
      pulledNanos = now;
      pull(from, membership.peer(from).process(), wants);
    }
  }

  private void pull(Address from, Id process, List<Want> wants) {
    isPulling = true;
    asker.ask(
        from,
        new Request.Pull(wants),
        answer -> {
          isPulling = false; // first: a failure of what follows must not keep it so
          if (answer instanceof Answer.Served(_, Id by, _, Reply.Body.Brought brought)
              && by.equals(process)) {
            List<Want> left = take(brought, wants);
            if (!left.isEmpty() && !ledger.isFullForOthers()) {
              pull(from, process, left);
            }
          }
        });
  }

  /** Takes what was asked for, and returns what is still to be asked for. */
  private List<Want> take(Reply.Body.Brought brought, List<Want> wants) {
    var left = new ArrayList<>(wants);
    for (Part part : brought.parts()) {
      if (left.isEmpty() || !left.getFirst().slot().equals(part.range().slot())) {
        return List.of(); // not what was asked for
      }
      taker.accept(part.range());
      Want asked = left.removeFirst();
      if (!part.last()) {
        left.addFirst(asked.behind(part));
      }
    }
    return brought.parts().isEmpty() ? List.of() : left;
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
