package dev.holdfast.counters;

import dev.holdfast.disk.RecordLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Brings shares of others to the disk: all of them within {@link #INTERVAL_MS}, and some at once
 * where a read wants to show them.
 *
 * <p>Threading: under the actor's lock.
 */
final class Persistence {
  /** From one time to the next, if there is anything new. */
  static final long INTERVAL_MS = 1_000;

  private final RecordLog<Persist> log;
  private final Ledger ledger;
  private final OwnState own;
  private final Guarded guarded;
  private boolean isBusy;

  Persistence(RecordLog<Persist> log, Ledger ledger, OwnState own, Guarded guarded) {
    this.guarded = guarded;
    this.log = log;
    this.ledger = ledger;
    this.own = own;
  }

  /** Forces whatever is not forced yet, unless that is under way. */
  void tick() {
    if (isBusy) {
      return;
    }
    var ranges = new ArrayList<Range>();
    for (Slot slot : ledger.slots()) {
      if (!isLiving(slot)) {
        ranges.addAll(unforced(slot));
      }
    }
    if (!ranges.isEmpty()) {
      isBusy = true;
      guarded.run(() -> force(ranges, _ -> isBusy = false), () -> isBusy = false);
    }
  }

  private boolean isLiving(Slot slot) {
    return own.living().equals(Optional.of(slot));
  }

  private List<Range> unforced(Slot slot) {
    boolean isForced =
        slot.forced() == slot.known()
            && slot.since(slot.known()).stream().allMatch(Share::isForced);
    return isForced
        ? List.of()
        : Range.parts(slot, slot.forced(), slot.forced(), slot.known(), ledger.sizes());
  }

  /** Forces shares that are to be shown. */
  void force(CounterName name, List<SlotShare> shares, Consumer<Boolean> then) {
    force(shares.stream().map(share -> Range.of(name, share)).toList(), then);
  }

  /**
   * Forces some slots.
   *
   * @param upTo up to which sequences; what is not known so far fails
   */
  void force(Map<Id, Long> upTo, Consumer<Boolean> then) {
    var ranges = new ArrayList<Range>();
    for (var wanted : upTo.entrySet()) {
      Optional<Slot> slot = ledger.slot(wanted.getKey());
      if (slot.isEmpty() || slot.get().known() < wanted.getValue()) {
        then.accept(false);
        return;
      }
      if (slot.get().forced() < wanted.getValue()) {
        ranges.addAll(unforced(slot.get()));
      }
    }
    force(ranges, then);
  }

  /** Forces what is here of some ranges. */
  void force(List<Range> ranges, Consumer<Boolean> then) {
    if (ranges.isEmpty()) {
      then.accept(true);
    } else if (!log.ask(new Persist(ranges, then))) {
      then.accept(false);
    }
  }
}
