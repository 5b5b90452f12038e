package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.SimulatedWorld.Machine;
import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.testkit.CounterHistory;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Checks what a simulated life has shown. */
final class SimulatedChecks {
  private final String seed;
  private final SimulatedWorld world;
  private final Map<CounterName, CounterHistory> histories;
  private final SimulatedPromises promises;
  private final SimulatedClients clients;

  SimulatedChecks(SimulatedPromises promises, SimulatedClients clients) {
    this.seed = promises.seed;
    this.world = promises.world;
    this.histories = promises.histories;
    this.promises = promises;
    this.clients = clients;
  }

  /** Checks that no value falls while its process lives. */
  void checkThatNoValueHasFallen() {
    for (Machine machine : world.machines()) {
      if (machine.isUp()) {
        histories
            .keySet()
            .forEach(
                name -> {
                  BigInteger now = machine.actor().value(name);
                  BigInteger before = machine.process.shown.put(name, now);
                  assertThat(before == null ? BigInteger.ZERO : before)
                      .as("%s: what %s has shown of %s", seed, machine, name)
                      .isLessThanOrEqualTo(now);
                });
      }
    }
  }

  /**
   * Mends everything, and asks everybody.
   *
   * @param losesDirectories whether all may have lost theirs
   * @param isDeathReadable whether all read what a dead actor has left
   */
  void end(boolean losesDirectories, boolean isDeathReadable) {
    world.lossOneIn = 0;
    world.heal();
    world.run(4_000);
    for (Machine machine : world.machines()) {
      machine.failsToForce = false;
      if (!machine.isUp()) {
        machine.start();
      }
    }
    world.run(12_000);
    if (world.machines().stream().allMatch(m -> m.actor().configuration().isNone())) {
      assertThat(losesDirectories).as(seed).isTrue(); // all of them
      world.configure(world.machines().getFirst(), world.addresses(), List.of());
      world.run(3_000);
    }
    postWhereTheyAre();
    tellWhoeverKnowsOldAddressesAlone();
    List<Machine> listed = listed();
    for (CounterName name : histories.keySet()) {
      end(name, listed);
    }
    for (Machine machine : world.machines()) {
      assertThat(machine.foreignShares).as(seed).isZero();
    }
    if (isDeathReadable && listed.size() > 1) {
      dieForGood(listed);
    }
  }

  /** One counts, and is dead before others know it. They read what it has left. */
  private void dieForGood(List<Machine> listed) {
    Machine dead = listed.getLast();
    List<Machine> others = listed.subList(0, listed.size() - 1);
    world.isolate(dead);
    for (CounterName name : histories.keySet()) {
      CounterHistory history = histories.get(name);
      CounterHistory.Op op = history.beginAdd(dead.directory());
      assertThat(world.count(dead, Map.of(name, CounterHistory.amount(op)), Optional.empty()))
          .as(seed)
          .contains(new AddOutcome.Counted());
      history.acknowledged(op);
    }
    promises.say("dies", dead);
    dead.crash(SimulatedDisk.Left.NOTHING);
    world.heal();
    for (CounterName name : histories.keySet()) {
      readExactly(name, others);
      assertThat(histories.get(name).check()).as(seed).isEmpty();
    }
  }

  /** A machine that has moved may not be listed where it is. */
  private void postWhereTheyAre() {
    Configuration all = promises.everything();
    var list = new TreeSet<>(all.actors());
    list.removeIf(address -> world.machines().stream().noneMatch(m -> m.address.equals(address)));
    if (list.size() < all.actors().size()) {
      list.addAll(world.addresses());
      Machine at =
          world.machines().stream()
              .filter(m -> all.knows(m.actor().id()))
              .findFirst()
              .orElse(world.machines().getFirst()); // all have lost their directories
      promises.say("post", at, list);
      world.configure(at, list, List.of());
      world.run(5_000);
    }
  }

  /**
   * A copy that nobody has listed may know addresses alone that all others have left. It waits for
   * somebody who tells it where they are.
   */
  private void tellWhoeverKnowsOldAddressesAlone() {
    NavigableSet<Address> list = promises.everything().actors();
    for (Machine machine : world.machines()) {
      Configuration known = machine.actor().configuration();
      boolean isListed = list.contains(machine.address);
      if (!isListed && !known.isNone() && others(machine).noneMatch(known::names)) {
        promises.say("tell", machine, list);
        world.configure(machine, list, List.of());
        world.run(5_000);
      }
    }
  }

  private Stream<Address> others(Machine machine) {
    return world.machines().stream().filter(other -> other != machine).map(other -> other.address);
  }

  /** Returns the machines of the configuration, on which they all agree. */
  private List<Machine> listed() {
    var configurations = new HashSet<Configuration>();
    var listed = new ArrayList<Machine>();
    for (Machine machine : world.machines()) {
      Configuration configuration = machine.actor().configuration();
      if (configuration.actors().contains(machine.address)) {
        configurations.add(configuration);
        listed.add(machine);
      }
    }
    assertThat(configurations).as(seed).hasSize(1);
    assertThat(listed).as(seed).hasSize(configurations.iterator().next().actors().size());
    return listed;
  }

  private void end(CounterName name, List<Machine> listed) {
    CounterHistory history = histories.get(name);
    assertThat(listed.stream().map(machine -> machine.actor().value(name)).distinct())
        .as("%s: what they know", seed)
        .hasSize(1);
    List<BigInteger> values = readExactly(name, listed);
    assertThat(history.check()).as(seed).isEmpty();
    assertThat(values).as(seed).containsOnly(values.getFirst());
    assertThat(history.missing(values.getFirst())).as("%s: what is missing", seed).isEmpty();
    for (Machine machine : listed) {
      assertThat(machine.actor().value(name))
          .as("%s: what %s knows", seed, machine)
          .isEqualTo(values.getFirst());
    }
  }

  private List<BigInteger> readExactly(CounterName name, List<Machine> machines) {
    CounterHistory history = histories.get(name);
    var values = new ArrayList<BigInteger>();
    for (Machine machine : machines) {
      CounterHistory.Op op = history.beginRead(machine.toString());
      Optional<ReadOutcome> outcome = world.read(machine, name, 5_000);
      assertThat(outcome).as("%s, %s", seed, machine).isPresent();
      assertThat(outcome.get()).as("%s, %s", seed, machine).isInstanceOf(ReadOutcome.Exact.class);
      clients.took(history, op, outcome.get());
      values.add(((ReadOutcome.Exact) outcome.get()).value());
    }
    return values;
  }
}
