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

  private final RecordLog<Change> log;
  private final Counted counted;
  private final Map<CounterName, Integer> inFlight = new HashMap<>();
  private final Map<CounterName, List<Runnable>> draining = new HashMap<>();
  private final Map<CounterName, List<Held>> heldBack = new HashMap<>();
  private final List<Runnable> stopping = new ArrayList<>();
  private int heldCount;
  private int inFlightCount;
  private boolean isStopped;
  private String stopReason = "";

  private record Held(
      Map<CounterName, BigInteger> amounts, Optional<String> key, Consumer<AddOutcome> then) {}

  /** Tells what was counted under a key already. */
  @FunctionalInterface
  interface Counted {
    /** Returns empty if nothing was. */
    Optional<AddOutcome> find(String key, Map<CounterName, BigInteger> amounts);
  }

  Increments(RecordLog<Change> log, Counted counted) {
    this.log = log;
    this.counted = counted;
  }

  /**
   * Counts.
   *
   * @param amounts each above 0; if there are none, nothing is written
   * @param then gets the outcome, once, under the actor's lock
   */
  void add(Map<CounterName, BigInteger> amounts, Optional<String> key, Consumer<AddOutcome> then) {
    if (amounts.isEmpty()) {
      then.accept(new AddOutcome.Counted());
      return;
    }
    Optional<AddOutcome> before = key.flatMap(used -> counted.find(used, amounts));
    if (before.isPresent()) {
      then.accept(before.get()); // also where nothing can be counted now
      return;
    }
    if (isStopped) {
      then.accept(new AddOutcome.NotCounted(stopReason));
      return;
    }
    for (CounterName name : amounts.keySet()) {
      List<Held> held = heldBack.get(name);
      if (held != null) {
        hold(held, new Held(amounts, key, then));
        return;
      }
    }
    write(amounts, key, then);
  }

  private void hold(List<Held> held, Held request) {
    if (heldCount >= HELD_MAX) {
      request
          .then()
          .accept(new AddOutcome.NotCounted("too many requests wait for a frozen counter"));
      return;
    }
    heldCount++;
    held.add(request);
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
      held.forEach(request -> add(request.amounts(), request.key(), request.then()));
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
    for (CounterName name : List.copyOf(heldBack.keySet())) {
      List<Held> held = heldBack.put(name, new ArrayList<>());
      heldCount -= held.size();
      held.forEach(request -> request.then().accept(new AddOutcome.NotCounted(reason)));
    }
    if (inFlightCount == 0) {
      stopped.run();
    } else {
      stopping.add(stopped);
    }
  }

  void goOn() {
    isStopped = false;
  }

  boolean isStopped() {
    return isStopped;
  }
}
