package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.SimulatedWorld.Machine;
import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.names.BadNameException;
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
import java.util.TreeSet;

/**
 * Actors in a simulated world, with increments and reads at all of them. Messages are lost, come
 * twice and late; the network breaks; processes, machines and directories fail; the configuration
 * changes. Afterwards there must be an order that explains all that clients have seen, and all
 * actors must know the same. Which of these faults there are follows from the seed.
 */
final class SimulatedLife {
  private static final int ADDS_MAX = 150;

  private final String seed;
  private final SimulatedWorld world;
  private final Random random;
  private final Map<CounterName, CounterHistory> histories = new LinkedHashMap<>();
  private final Map<Address, Set<String>> formerly = new LinkedHashMap<>();
  private final Set<String> listed = new HashSet<>();
  private final boolean losesDirectories;
  private final boolean changesConfiguration;
  private final boolean isHot;
  private int postings;

  SimulatedLife(long seed) {
    this(seed, false);
  }

  /**
   * @param hasSharedDirectories whether actors read what dead ones have left
   */
  SimulatedLife(long seed, boolean hasSharedDirectories) {
    this.seed = "seed " + seed;
    this.world = new SimulatedWorld(seed);
    world.hasSharedDirectories = hasSharedDirectories;
    this.random = world.random();
    int names = 1 + random.nextInt(3);
    for (int i = 0; i < names; i++) {
      histories.put(name("a" + i), new CounterHistory());
    }
    losesDirectories = random.nextInt(4) == 0;
    changesConfiguration = random.nextInt(3) == 0;
    isHot = random.nextInt(3) == 0;
  }

  static CounterName name(String spelled) {
    try {
      return CounterName.parse(spelled);
    } catch (BadNameException e) {
      throw new AssertionError(e);
    }
  }

  long acknowledgedCount() {
    return histories.values().stream().mapToLong(CounterHistory::acknowledgedCount).sum();
  }

  long readCount() {
    return histories.values().stream().mapToLong(CounterHistory::readCount).sum();
  }

  void live() {
    int actors = 2 + random.nextInt(5);
    for (int i = 0; i < actors; i++) {
      add();
    }
    var posted = world.configure(world.machines().getFirst(), world.addresses(), List.of());
    assertThat(posted).as(seed).isInstanceOf(ConfigureOutcome.Configured.class);
    world.lossOneIn = random.nextBoolean() ? 0 : 10 + random.nextInt(40);
    world.diskMaxMs = 1L + random.nextInt(30);
    world.delayMaxMs = 1L + random.nextInt(10);
    long until = world.nowMs() + 3_000 + random.nextInt(10_000);
    while (world.nowMs() < until && addCount() < ADDS_MAX) {
      step();
      checkThatNoValueHasFallen();
      world.run(1 + random.nextInt(isHot ? 15 : 60));
    }
    end();
  }

  /** Checks that no value falls while its process lives. */
  private void checkThatNoValueHasFallen() {
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

  private int addCount() {
    return histories.values().stream().mapToInt(CounterHistory::addCount).sum();
  }

  private Machine add() {
    Machine machine = world.add();
    machine.start();
    formerly.computeIfAbsent(machine.address, _ -> new HashSet<>()).add(machine.directory());
    return machine;
  }

  private Machine anyone() {
    return world.machines().get(random.nextInt(world.machines().size()));
  }

  private CounterName anyName() {
    return List.copyOf(histories.keySet()).get(random.nextInt(histories.size()));
  }

  /** Prints what happens, where somebody looks for a fault. */
  private void say(Object... what) {
    if (Boolean.getBoolean("holdfast.trace")) {
      System.out.println(world.nowMs() + " " + List.of(what));
    }
  }

  private void step() {
    Machine machine = anyone();
    switch (random.nextInt(isHot ? 80 : 40)) {
      case 0 -> cut();
      case 1, 2 -> world.heal();
      case 3 -> crash(machine);
      case 4, 5, 6 -> world.machines().stream().filter(m -> !m.isUp()).forEach(Machine::start);
      case 7 -> pause(machine);
      case 8 -> {
        if (losesDirectories && machine.isUp() && random.nextInt(3) == 0) {
          loseDirectory(machine);
        }
      }
      case 9 -> {
        if (changesConfiguration && random.nextBoolean()) {
          changeConfiguration();
        }
      }
      default -> {
        if (machine.isUp() && random.nextInt(isHot ? 5 : 3) > 0) {
          count(machine);
        } else if (machine.isUp()) {
          read(machine);
        }
      }
    }
  }

  private void cut() {
    say("cut");
    int kind = random.nextInt(3);
    for (Machine one : world.machines()) {
      for (Machine other : world.machines()) {
        boolean isCut =
            switch (kind) {
              case 0 -> one.number % 2 != other.number % 2; // two halves
              case 1 -> one.number == 1 && other.number == 2; // one direction
              default -> random.nextInt(4) == 0;
            };
        if (isCut && one != other) {
          world.cut(one, other);
        }
      }
    }
  }

  private void crash(Machine machine) {
    var lefts = SimulatedDisk.Left.values();
    say("crash", machine);
    machine.crash(lefts[random.nextInt(lefts.length)]);
  }

  private void pause(Machine machine) {
    if (machine.isUp()) {
      say("pause", machine);
      var process = machine.process;
      process.isPaused = true;
      world.laterMs(random.nextInt(3_000), process::resume);
    }
  }

  /** The machine comes back at once, with an empty disk. */
  private void loseDirectory(Machine machine) {
    say("lost", machine);
    histories.values().forEach(history -> history.lost(machine.directory()));
    machine.crash(SimulatedDisk.Left.NOTHING);
    machine.loseDisk();
    machine.start();
    formerly.computeIfAbsent(machine.address, _ -> new HashSet<>()).add(machine.directory());
  }

  /** Somebody who is in the configuration gets another list: one more, or one less. */
  private void changeConfiguration() {
    List<Machine> up = world.machines().stream().filter(Machine::isUp).toList();
    if (up.isEmpty() || postings >= 2) {
      return;
    }
    Machine at = up.get(random.nextInt(up.size()));
    Configuration now = at.actor().configuration();
    if (!now.actors().contains(at.address)) {
      return;
    }
    var list = new TreeSet<>(now.actors());
    if (random.nextBoolean() && list.size() > 2) {
      Address dropped = List.copyOf(list).get(random.nextInt(list.size()));
      if (!dropped.equals(at.address)) {
        list.remove(dropped);
      }
    } else if (world.machines().size() < 8) {
      list.add(add().address);
    } else {
      list.addAll(world.addresses());
    }
    postings++;
    say("post", at, list);
    at.process.run(() -> at.actor().configure(list, List.of(), _ -> {}));
    world.laterMs(2_000, () -> postings--);
  }

  private void count(Machine machine) {
    if (machine.actor().configuration().actors().contains(machine.address)) {
      listed.add(machine.directory());
    }
    if (!listed.contains(machine.directory())) {
      return; // nobody promises anything about what it counts now
    }
    var ops = new LinkedHashMap<CounterHistory, CounterHistory.Op>();
    var amounts = new LinkedHashMap<CounterName, BigInteger>();
    int names = random.nextInt(4) == 0 ? histories.size() : 1;
    while (amounts.size() < names) {
      CounterName name = anyName();
      if (!amounts.containsKey(name)) {
        CounterHistory.Op op = histories.get(name).beginAdd(machine.directory());
        ops.put(histories.get(name), op);
        amounts.put(name, CounterHistory.amount(op));
      }
    }
    machine.process.run(
        () ->
            machine
                .actor()
                .add(
                    amounts,
                    Optional.empty(),
                    outcome -> {
                      switch (outcome) {
                        case AddOutcome.Counted _ -> {
                          ops.forEach(CounterHistory::acknowledged);
                          say("counted", ops.values());
                        }
                        case AddOutcome.NotCounted _ -> ops.forEach(CounterHistory::refused);
                        case AddOutcome.Unknown _ -> {}
                        case AddOutcome.KeyReused _ -> throw new AssertionError("no key");
                      }
                    }));
  }

  private void read(Machine machine) {
    CounterName name = anyName();
    CounterHistory.Op op = histories.get(name).beginRead(machine.toString());
    machine.process.run(
        () -> machine.actor().read(name, 5_000, outcome -> took(histories.get(name), op, outcome)));
  }

  private void took(CounterHistory history, CounterHistory.Op op, ReadOutcome outcome) {
    if (outcome instanceof ReadOutcome.Exact(BigInteger value, List<Address> unconfirmed)) {
      var mayLack = new HashSet<String>();
      unconfirmed.forEach(address -> mayLack.addAll(formerly.getOrDefault(address, Set.of())));
      history.read(op, value, mayLack);
      say("read", op, "lacks", mayLack);
    }
  }

  /** Everything is mended, and everybody is asked. */
  private void end() {
    world.lossOneIn = 0;
    world.heal();
    world.run(4_000);
    for (Machine machine : world.machines()) {
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
    List<Machine> listed = listed();
    for (CounterName name : histories.keySet()) {
      end(name, listed);
    }
    for (Machine machine : world.machines()) {
      assertThat(machine.foreignShares).as(seed).isZero();
    }
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
    var values = new ArrayList<BigInteger>();
    for (Machine machine : listed) {
      CounterHistory.Op op = history.beginRead(machine.toString());
      Optional<ReadOutcome> outcome = world.read(machine, name, 5_000);
      assertThat(outcome).as("%s, %s", seed, machine).isPresent();
      assertThat(outcome.get()).as("%s, %s", seed, machine).isInstanceOf(ReadOutcome.Exact.class);
      took(history, op, outcome.get());
      values.add(((ReadOutcome.Exact) outcome.get()).value());
    }
    assertThat(history.check()).as(seed).isEmpty();
    assertThat(values).as(seed).containsOnly(values.getFirst());
    for (Machine machine : listed) {
      assertThat(machine.actor().value(name))
          .as("%s: what %s knows", seed, machine)
          .isEqualTo(values.getFirst());
    }
  }
}
