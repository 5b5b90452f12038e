package dev.holdfast.counters;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Counters that are held still here for a read. A freeze begins when every earlier increment is
 * visible, and ends when all who asked have released it, or after {@link #HELD_MS} by this actor's
 * own clock. Afterwards the counter is free for as long as it was held.
 *
 * <p>The clock bounds the harm. Only {@link #release} says whether a freeze has held.
 *
 * <p>Threading: under the actor's lock.
 */
final class Freezes {
  /** How long a freeze lasts at most, from the moment that all earlier increments are visible. */
  static final long HELD_MS = 200;

  /** Counters that are frozen, or rest, at once; further ones are not frozen. */
  static final int COUNT_MAX = 1_000;

  /** Questions that wait for a freeze to begin, at most; further ones are refused. */
  static final int WAITING_MAX = 4_096;

  private static final long NANOS_PER_MS = 1_000_000;

  private final Increments increments;
  private final Ledger ledger;
  private final Clock clock;
  private final Serial serial;
  private final RandomGenerator random;
  private final Guarded guarded;
  private final Map<CounterName, Freeze> freezes = new HashMap<>();
  private int waitingCount;

  /** A freeze, as it is told to the reader who asked for it. */
  record Frozen(Id freeze, List<SlotShare> shares) {}

  private enum Phase {
    DRAINS,
    HOLDS,
    RESTS
  }

  private static final class Freeze {
    final long begunNanos;
    final Set<Id> numbers = new HashSet<>();
    final List<Consumer<Optional<Frozen>>> waiting = new ArrayList<>();
    Phase phase = Phase.DRAINS;

    Freeze(long begunNanos) {
      this.begunNanos = begunNanos;
    }
  }

  Freezes(
      Increments increments,
      Ledger ledger,
      Clock clock,
      Serial serial,
      RandomGenerator random,
      Guarded guarded) {
    this.guarded = guarded;
    this.increments = increments;
    this.ledger = ledger;
    this.clock = clock;
    this.serial = serial;
    this.random = random;
  }

  /**
   * Freezes a counter.
   *
   * @param then gets its shares and a number of its own, once; empty if too many are frozen, or
   *     wait
   */
  void freeze(CounterName name, Consumer<Optional<Frozen>> then) {
    Freeze freeze = freezes.get(name);
    boolean isFull = freeze == null && freezes.size() >= COUNT_MAX;
    if (freeze != null && freeze.phase == Phase.HOLDS) {
      tell(name, freeze, then);
    } else if (isFull || waitingCount >= WAITING_MAX) {
      then.accept(Optional.empty());
    } else {
      waitingCount++;
      if (freeze == null) {
        begin(name, List.of(then));
      } else {
        freeze.waiting.add(then);
      }
    }
  }

  private void begin(CounterName name, List<Consumer<Optional<Frozen>>> waiting) {
    var freeze = new Freeze(clock.nanoTime());
    freeze.waiting.addAll(waiting);
    freezes.put(name, freeze);
    increments.hold(name, () -> hold(name, freeze));
  }

  private void hold(CounterName name, Freeze freeze) {
    freeze.phase = Phase.HOLDS;
    clock.after(HELD_MS, () -> serial.run(() -> end(name, freeze))); // first: it ends in any case
    var waiting = List.copyOf(freeze.waiting);
    freeze.waiting.clear();
    waitingCount -= waiting.size();
    waiting.forEach(then -> tell(name, freeze, then));
  }

  private void tell(CounterName name, Freeze freeze, Consumer<Optional<Frozen>> then) {
    var frozen = new ArrayList<Frozen>(1);
    guarded.run(
        () -> {
          Id number = Id.random(random);
          freeze.numbers.add(number);
          frozen.add(new Frozen(number, ledger.told(name)));
        });
    guarded.run(() -> then.accept(frozen.stream().findFirst())); // somebody waits in any case
  }

  /** Gives a number back. Returns true if the counter was held from the freeze until now. */
  boolean release(CounterName name, Id number) {
    Freeze freeze = freezes.get(name);
    boolean held = freeze != null && freeze.phase == Phase.HOLDS && freeze.numbers.remove(number);
    if (held && freeze.numbers.isEmpty()) {
      end(name, freeze);
    }
    return held;
  }

  private void end(CounterName name, Freeze freeze) {
    if (freezes.get(name) == freeze && freeze.phase == Phase.HOLDS) {
      freeze.phase = Phase.RESTS;
      freeze.numbers.clear();
      long restMs = (clock.nanoTime() - freeze.begunNanos) / NANOS_PER_MS + 1;
      clock.after(restMs, () -> serial.run(() -> rested(name, freeze)));
      increments.letGo(name);
    }
  }

  private void rested(CounterName name, Freeze freeze) {
    freezes.remove(name, freeze);
    if (!freeze.waiting.isEmpty()) {
      begin(name, freeze.waiting);
    }
  }
}
