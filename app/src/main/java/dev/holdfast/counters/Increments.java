package dev.holdfast.counters;

import dev.holdfast.disk.RecordLog;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Requests to count, on their way to the log. A counter that is frozen holds its requests back
 * before they are written; an actor that is stopped refuses all.
 *
 * <p>Threading: under the actor's lock.
 */
final class Increments {
  /** Requests that are held back, at most; a further one is refused. */
  static final int HELD_MAX = 16_384;

  /** How long a request is held back at most; then it is refused. */
  static final long HELD_MAX_MS = 2_000;

  private static final long NANOS_PER_MS = 1_000_000;

  private final RecordLog<Change> log;
  private final Counted counted;
  private final Clock clock;
  private final Serial serial;
  private final Map<CounterName, Integer> inFlight = new HashMap<>();
  private final Map<CounterName, List<Runnable>> draining = new HashMap<>();
  private final Map<CounterName, List<Held>> heldBack = new HashMap<>();
  private final List<Runnable> stopping = new ArrayList<>();
  private int heldCount;
  private int inFlightCount;
  private boolean isStopped;
  private boolean isClosed;
  private String stopReason = "";

  /** A request that is held back, since a moment. */
  private record Held(
      Map<CounterName, BigInteger> amounts,
      Optional<String> key,
      Consumer<AddOutcome> then,
      long sinceNanos) {
    void refuse(String reason) {
      then.accept(new AddOutcome.NotCounted(reason));
    }
  }

  /** Tells what was counted under a key already. */
  @FunctionalInterface
  interface Counted {
    /** Returns empty if nothing was. */
    Optional<AddOutcome> find(String key, Map<CounterName, BigInteger> amounts);
  }

  Increments(RecordLog<Change> log, Counted counted, Clock clock, Serial serial) {
    this.log = log;
    this.counted = counted;
    this.clock = clock;
    this.serial = serial;
  }

  /**
   * Counts.
   *
   * @param amounts each above 0; if there are none, nothing is written
   * @param then gets the outcome, once, under the actor's lock
   */
  void add(Map<CounterName, BigInteger> amounts, Optional<String> key, Consumer<AddOutcome> then) {
    add(new Held(amounts, key, then, clock.nanoTime()));
  }

  private void add(Held request) {
    Map<CounterName, BigInteger> amounts = request.amounts();
    Optional<String> key = request.key();
    Consumer<AddOutcome> then = request.then();
    Optional<AddOutcome> before = key.flatMap(used -> counted.find(used, amounts));
    if (before.isPresent()) {
      then.accept(before.get()); // also where nothing can be counted now
      return;
    }
    if (amounts.isEmpty()) {
      then.accept(new AddOutcome.Counted());
      return;
    }
    if (isClosed) {
      request.refuse("this actor ends");
      return;
    }
    if (isStopped) {
      then.accept(new AddOutcome.NotCounted(stopReason));
      return;
    }
    for (CounterName name : amounts.keySet()) {
      List<Held> held = heldBack.get(name);
      if (held != null) {
        hold(name, held, request);
        return;
      }
    }
    write(amounts, key, then);
  }

  private void hold(CounterName name, List<Held> held, Held request) {
    if (heldCount >= HELD_MAX) {
      request.refuse("too many requests wait for a frozen counter");
      return;
    }
    heldCount++;
    held.add(request);
    if (held.size() == 1) {
      refuseOldLater(name, request.sinceNanos());
    }
  }

  private void refuseOldLater(CounterName name, long sinceNanos) {
    long leftMs = HELD_MAX_MS - (clock.nanoTime() - sinceNanos) / NANOS_PER_MS;
    clock.after(Math.max(1, leftMs), () -> serial.run(() -> refuseOld(name)));
  }

  /** A freeze does not last so long, but may wait so long for a disk before it begins. */
  private void refuseOld(CounterName name) {
    List<Held> held = heldBack.get(name);
    if (held == null) {
      return;
    }
    long now = clock.nanoTime();
    var old = new ArrayList<Held>();
    held.removeIf(
        request -> {
          boolean isOld = now - request.sinceNanos() >= HELD_MAX_MS * NANOS_PER_MS;
          return isOld && old.add(request);
        });
    heldCount -= old.size();
    held.stream()
        .mapToLong(Held::sinceNanos)
        .min()
        .ifPresent(oldest -> refuseOldLater(name, oldest));
    old.forEach(request -> request.refuse("a frozen counter waits for the disk for too long"));
  }

  private void write(
      Map<CounterName, BigInteger> amounts, Optional<String> key, Consumer<AddOutcome> then) {
    Set<CounterName> names = amounts.keySet();
    names.forEach(name -> inFlight.merge(name, 1, Integer::sum));
    inFlightCount++;
    boolean isAsked =
        log.ask(
            new Change.Count(
                amounts,
                key,
                outcome -> {
                  landed(names);
                  then.accept(outcome);
                }));
    if (!isAsked) {
      landed(names);
      then.accept(new AddOutcome.NotCounted("too many requests wait for the disk"));
    }
  }

  private void landed(Set<CounterName> names) {
    inFlightCount--;
    for (CounterName name : names) {
      inFlight.computeIfPresent(name, (_, count) -> count == 1 ? null : count - 1);
      if (!inFlight.containsKey(name)) {
        run(draining.remove(name));
      }
    }
    if (inFlightCount == 0) {
      var done = List.copyOf(stopping);
      stopping.clear();
      done.forEach(Runnable::run);
    }
  }

  private static void run(List<Runnable> waiting) {
    if (waiting != null) {
      waiting.forEach(Runnable::run);
    }
  }

  /**
   * Holds back all requests for a counter from now on.
   *
   * @param drained runs when every earlier one has become visible, or has failed
   */
  void hold(CounterName name, Runnable drained) {
    heldBack.putIfAbsent(name, new ArrayList<>());
    if (inFlight.containsKey(name)) {
      draining.computeIfAbsent(name, _ -> new ArrayList<>()).add(drained);
    } else {
      drained.run();
    }
  }

  /** Lets go of the requests that {@link #hold} has held back. */
  void letGo(CounterName name) {
    List<Held> held = heldBack.remove(name);
    if (held != null) {
      heldCount -= held.size();
      held.forEach(this::add);
    }
  }

  /**
   * Refuses all requests from now on, those that are held back included.
   *
   * @param stopped runs when every earlier one has become visible, or has failed
   */
  void stop(String reason, Runnable stopped) {
    isStopped = true;
    stopReason = reason;
    refuseHeld(reason);
    if (inFlightCount == 0) {
      stopped.run();
    } else {
      stopping.add(stopped);
    }
  }

  private void refuseHeld(String reason) {
    for (CounterName name : List.copyOf(heldBack.keySet())) {
      List<Held> held = heldBack.put(name, new ArrayList<>());
      heldCount -= held.size();
      held.forEach(request -> request.refuse(reason));
    }
  }

  /** Refuses all requests that are not written yet, and all later ones: the actor ends. */
  void close() {
    isClosed = true;
    refuseHeld("this actor ends");
  }

  void goOn() {
    isStopped = false;
  }

  boolean isStopped() {
    return isStopped;
  }
}
