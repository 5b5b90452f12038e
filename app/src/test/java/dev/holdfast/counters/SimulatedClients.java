package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.SimulatedWorld.Machine;
import dev.holdfast.testkit.CounterHistory;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/** The clients of a simulated life. They count and read, and repeat requests that have a key. */
final class SimulatedClients {
  private final SimulatedWorld world;
  private final Random random;
  private final SimulatedPromises promises;
  private final boolean hasKeys;
  private final boolean areRefusalsSure;
  private final List<Keyed> keyed = new ArrayList<>();
  private int keyCount;

  /** What is to be counted in one request. */
  private record Request(
      Map<CounterHistory, CounterHistory.Op> ops, Map<CounterName, BigInteger> amounts) {}

  /** A request with a key, which may be repeated at the same directory. */
  private static final class Keyed {
    final String key;
    final String directory;
    final Request request;
    final long begunMs;
    boolean isCounted; // a client has heard so

    Keyed(String key, String directory, Request request, long begunMs) {
      this.key = key;
      this.directory = directory;
      this.request = request;
      this.begunMs = begunMs;
    }
  }

  /**
   * @param hasKeys whether some requests have keys
   * @param areRefusalsSure false if a directory may get back what a request has left there that was
   *     refused later
   */
  SimulatedClients(SimulatedPromises promises, boolean hasKeys, boolean areRefusalsSure) {
    this.promises = promises;
    this.world = promises.world;
    this.random = world.random();
    this.hasKeys = hasKeys;
    this.areRefusalsSure = areRefusalsSure;
  }

  void count(Machine machine) {
    if (!promises.isListed(machine)) {
      return; // nobody promises anything about what it counts now
    }
    int names = random.nextInt(4) == 0 ? promises.histories.size() : 1;
    var chosen = new HashSet<CounterName>();
    while (chosen.size() < names) {
      chosen.add(promises.anyName());
    }
    Request request = request(machine, chosen);
    if (hasKeys && random.nextInt(3) == 0) {
      var first = new Keyed("key " + keyCount++, machine.directory(), request, world.nowMs());
      keyed.add(first);
      send(machine, first);
    } else {
      send(machine, request, Optional.empty(), outcome -> ended(request, outcome));
    }
  }

  private Request request(Machine machine, Set<CounterName> names) {
    boolean isDoubtful = promises.isDoubtful(machine) && !promises.isPromised(machine);
    var ops = new LinkedHashMap<CounterHistory, CounterHistory.Op>();
    var amounts = new LinkedHashMap<CounterName, BigInteger>();
    for (CounterName name : promises.histories.keySet()) {
      if (names.contains(name)) {
        CounterHistory history = promises.histories.get(name);
        CounterHistory.Op op =
            isDoubtful
                ? history.beginDoubtfulAdd(machine.directory())
                : history.beginAdd(machine.directory());
        ops.put(history, op);
        amounts.put(name, CounterHistory.amount(op));
      }
    }
    return new Request(ops, amounts);
  }

  private static void send(
      Machine machine, Request request, Optional<String> key, Consumer<AddOutcome> then) {
    machine.process.run(() -> machine.actor().add(request.amounts(), key, then));
  }

  private void ended(Request request, AddOutcome outcome) {
    switch (outcome) {
      case AddOutcome.Counted _ -> acknowledged(request);
      case AddOutcome.NotCounted _ -> request.ops().forEach(CounterHistory::refused);
      case AddOutcome.Unknown _ -> {}
      case AddOutcome.KeyReused _ -> throw new AssertionError(promises.seed + ": no key");
    }
  }

  private void acknowledged(Request request) {
    request.ops().forEach(CounterHistory::acknowledged);
    promises.say("counted", request.ops().values());
  }

  /**
   * Repeats a request that this directory has had, sometimes with another amount. A copy may have
   * counted one that was not answered before the copy was made: that one is not repeated.
   */
  void repeat(Machine machine) {
    List<Keyed> here =
        keyed.stream()
            .filter(one -> one.directory.equals(machine.directory()))
            .filter(one -> one.isCounted || !promises.isCopiedSince(one.directory, one.begunMs))
            .toList();
    if (here.isEmpty() || promises.isForgetful(machine)) {
      return;
    }
    Keyed again = here.get(random.nextInt(here.size()));
    promises.say("repeat", machine, again.key);
    if (random.nextInt(4) == 0) {
      repeatWithAnotherAmount(machine, again);
    } else {
      send(machine, again);
    }
  }

  private void send(Machine machine, Keyed keyedRequest) {
    send(
        machine,
        keyedRequest.request,
        Optional.of(keyedRequest.key),
        outcome -> ended(keyedRequest, outcome));
  }

  private void ended(Keyed one, AddOutcome outcome) {
    switch (outcome) {
      case AddOutcome.Counted _ -> {
        if (!one.isCounted) {
          one.isCounted = true;
          acknowledged(one.request);
        }
      }
      case AddOutcome.NotCounted _ -> isRefused(one);
      case AddOutcome.Unknown _ -> {}
      case AddOutcome.KeyReused _ ->
          assertThat(keyed)
              .as("%s: %s has no other amount", promises.seed, one.key)
              .doesNotContain(one);
    }
  }

  /** Nothing was counted under the key, however often it has come. */
  private void isRefused(Keyed one) {
    assertThat(one.isCounted).as("%s: %s was counted", promises.seed, one.key).isFalse();
    if (areRefusalsSure && keyed.remove(one)) {
      one.request.ops().forEach(CounterHistory::refused);
    }
  }

  private void repeatWithAnotherAmount(Machine machine, Keyed first) {
    Request other = request(machine, first.request.amounts().keySet());
    send(
        machine,
        other,
        Optional.of(first.key),
        outcome -> {
          switch (outcome) {
            case AddOutcome.Counted _ -> {
              assertThat(first.isCounted).as("%s: %s", promises.seed, first.key).isFalse();
              keyed.remove(first);
              acknowledged(other);
            }
            case AddOutcome.NotCounted _ -> {
              isRefused(first);
              other.ops().forEach(CounterHistory::refused);
            }
            case AddOutcome.KeyReused _ -> other.ops().forEach(CounterHistory::refused);
            case AddOutcome.Unknown _ -> keyed.remove(first); // which of the two, nobody knows
          }
        });
  }

  void read(Machine machine) {
    CounterName name = promises.anyName();
    CounterHistory history = promises.histories.get(name);
    CounterHistory.Op op = history.beginRead(machine.toString());
    machine.process.run(
        () -> machine.actor().read(name, 5_000, outcome -> took(history, op, outcome)));
  }

  /** Takes over the outcome of a read. */
  void took(CounterHistory history, CounterHistory.Op op, ReadOutcome outcome) {
    promises.lookForPosts(); // one may have come into force since the last step, and before this
    if (outcome instanceof ReadOutcome.Exact(BigInteger value, List<Address> unconfirmed)) {
      var mayLack = new HashSet<String>();
      unconfirmed.forEach(
          address -> mayLack.addAll(promises.formerly.getOrDefault(address, Set.of())));
      history.read(op, value, mayLack);
      promises.say("read", op, "lacks", mayLack);
    }
  }
}
