package dev.holdfast.counters;

import dev.holdfast.disk.RecordLog;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private final Keys keys;
  private final Hindrance hindrance;
  private final Clock clock;
  private final Serial serial;
  private final Guarded guarded;
  private final Map<CounterName, Integer> inFlight = new HashMap<>();
  private final Map<CounterName, List<Runnable>> draining = new HashMap<>();
  private final Map<CounterName, List<Held>> heldBack = new HashMap<>();
  private final Map<String, List<Held>> underWay = new HashMap<>(); // repetitions, by the key
  private final List<Runnable> stopping = new ArrayList<>();
  private int repetitions;
  private int heldCount;
  private int inFlightCount;
  private long inFlightBytes; // about how much memory they will take at most
  private boolean isStopped;
  private boolean isClosed;
  private String stopReason = "";

  /** Says why amounts cannot be counted now. */
  interface Hindrance {
    /**
     * Returns why, or empty if they can be counted.
     *
     * @param bytesUnderWay about how much memory what is being counted will take at most, in bytes
     */
    Optional<String> of(Map<CounterName, BigInteger> amounts, long bytesUnderWay);
  }

  /** A request that is held back, since a moment. */
  private record Held(
      Map<CounterName, BigInteger> amounts,
      Optional<String> key,
      Consumer<AddOutcome> then,
      long sinceNanos) {}

  /**
   * @param keys what was counted under which key
   */
  Increments(
      RecordLog<Change> log,
      Keys keys,
      Hindrance hindrance,
      Clock clock,
      Serial serial,
      Guarded guarded) {
    this.guarded = guarded;
    this.log = log;
    this.keys = keys;
    this.hindrance = hindrance;
    this.clock = clock;
    this.serial = serial;
  }

  /**
   * Counts. A repetition waits for the request before it: it would otherwise be refused where that
   * one is counted later.
   *
   * @param amounts each above 0; if there are none, nothing is written
   * @param then gets the outcome, once, under the actor's lock
   */
  void add(Map<CounterName, BigInteger> amounts, Optional<String> key, Consumer<AddOutcome> then) {
    long now = clock.nanoTime();
    if (key.isEmpty()) {
      begin(new Held(amounts, key, once(then), now));
    } else if (!underWay.containsKey(key.get())) {
      underWay.put(key.get(), new ArrayList<>());
      begin(new Held(amounts, key, once(outcome -> ended(key.get(), outcome, then)), now));
    } else if (repetitions < HELD_MAX) {
      repetitions++;
      underWay.get(key.get()).add(new Held(amounts, key, once(then), now));
    } else {
      then.accept(
          new AddOutcome.Unknown(
              "too many repetitions wait for the requests before them; one of these, with the same"
                  + " key, is not over"));
    }
  }

  private void ended(String key, AddOutcome outcome, Consumer<AddOutcome> then) {
    List<Held> waiting = underWay.remove(key);
    repetitions -= waiting.size();
    guarded.run(() -> then.accept(outcome));
    for (Held next : waiting) {
      guarded.run(() -> add(next.amounts(), next.key(), next.then()), () -> fail(next));
    }
  }

  /** After a failure that nobody foresaw the log may answer all the same, and somebody was told. */
  private static Consumer<AddOutcome> once(Consumer<AddOutcome> then) {
    boolean[] isTold = {false};
    return outcome -> {
      if (!isTold[0]) {
        isTold[0] = true;
        then.accept(outcome);
      }
    };
  }

  private void begin(Held request) {
    guarded.run(() -> add(request), () -> fail(request));
  }

  /** It may be with the log already, so nobody knows whether it counts. */
  private void fail(Held request) {
    request.key().ifPresent(keys::doubt);
    request.then().accept(new AddOutcome.Unknown());
  }

  /** Of a repetition nothing is counted, and of the request before it there may be. */
  private void refuse(Held request, String reason) {
    boolean isDoubtful = request.key().filter(keys::isDoubtful).isPresent();
    request
        .then()
        .accept(isDoubtful ? new AddOutcome.Unknown() : new AddOutcome.NotCounted(reason));
  }

  private void add(Held request) {
    Map<CounterName, BigInteger> amounts = request.amounts();
    Optional<String> key = request.key();
    Consumer<AddOutcome> then = request.then();
    Optional<AddOutcome> before = key.flatMap(used -> keys.outcome(used, amounts));
    if (before.isPresent()) {
      then.accept(before.get()); // also where nothing can be counted now
      return;
    }
    if (amounts.isEmpty()) {
      then.accept(new AddOutcome.Counted());
      return;
    }
    if (isClosed) {
      refuse(request, "this actor ends");
      return;
    }
    if (isStopped) {
      refuse(request, stopReason);
      return;
    }
    Optional<String> hindered = hindrance.of(amounts, inFlightBytes);
    if (hindered.isPresent()) {
      refuse(request, hindered.get());
      return;
    }
    for (CounterName name : amounts.keySet()) {
      List<Held> held = heldBack.get(name);
      if (held != null) {
        hold(name, held, request);
        return;
      }
    }
    write(request);
  }

  private void hold(CounterName name, List<Held> held, Held request) {
    if (heldCount >= HELD_MAX) {
      refuse(request, "too many requests wait for a frozen counter");
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
    old.forEach(request -> refuse(request, "a frozen counter waits for the disk for too long"));
  }

  private void write(Held request) {
    Map<CounterName, BigInteger> amounts = request.amounts();
    amounts.keySet().forEach(name -> inFlight.merge(name, 1, Integer::sum));
    inFlightCount++;
    inFlightBytes += Memory.atMost(amounts);
    boolean isAsked =
        log.ask(
            new Change.Count(
                amounts,
                request.key(),
                outcome -> {
                  landed(amounts);
                  request.then().accept(outcome);
                }));
    if (!isAsked) {
      landed(amounts);
      refuse(request, "too many requests wait for the disk");
    }
  }

  private void landed(Map<CounterName, BigInteger> amounts) {
    inFlightCount--;
    inFlightBytes -= Memory.atMost(amounts);
    for (CounterName name : amounts.keySet()) {
      inFlight.computeIfPresent(name, (_, count) -> count == 1 ? null : count - 1);
      if (!inFlight.containsKey(name)) {
        run(draining.remove(name));
      }
    }
    if (inFlightCount == 0) {
      var done = List.copyOf(stopping);
      stopping.clear();
      done.forEach(guarded::run);
    }
  }

  private void run(List<Runnable> waiting) {
    if (waiting != null) {
      waiting.forEach(guarded::run);
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
      held.forEach(this::begin);
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
      held.forEach(request -> refuse(request, reason));
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
