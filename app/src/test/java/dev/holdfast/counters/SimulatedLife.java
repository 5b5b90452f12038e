package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.SimulatedWorld.Machine;
import dev.holdfast.disk.LogConfig;
import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.names.BadNameException;
import dev.holdfast.testkit.CounterHistory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
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

  /** Directories whose actor may count without knowing that nobody asks it. */
  private final Set<String> doubtful = new HashSet<>();

  /** Directories of which there are two. */
  private final Set<String> copied = new HashSet<>();

  /** Whom actors have been told to forget, which is in force a while later, or after a start. */
  private final Map<Machine, Set<String>> inPost = new LinkedHashMap<>();

  private final Map<Machine, Configuration> before = new HashMap<>();

  private final Map<Machine, Backup> backups = new LinkedHashMap<>();
  private final boolean losesDirectories;
  private final boolean changesConfiguration;
  private final boolean mixesDirectories;
  private final boolean isHot;
  private int postings;

  /** A copy of a directory, and when it was made. */
  private record Backup(SimulatedDisk disk, String directory, Map<CounterHistory, Long> made) {}

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
    int names = 1 + random.nextInt(5);
    for (int i = 0; i < names; i++) {
      histories.put(name("a" + i), new CounterHistory());
    }
    losesDirectories = random.nextInt(4) == 0;
    changesConfiguration = random.nextInt(3) == 0;
    isHot = random.nextInt(3) == 0;
    mixesDirectories = random.nextInt(3) == 0;
    if (random.nextInt(4) > 0) {
      world.sizes =
          new Sizes(1 + random.nextInt(100), 1 + random.nextInt(200), 1 + random.nextInt(300));
    }
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
      lookForPosts();
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
    isAt(machine);
    return machine;
  }

  private void isAt(Machine machine) {
    formerly.computeIfAbsent(machine.address, _ -> new HashSet<>()).add(machine.directory());
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
      case 10 -> {
        if (mixesDirectories) {
          mixUp(machine);
        }
      }
      case 11 -> machine.failsToForce = random.nextInt(4) == 0;
      default -> {
        if (machine.isUp() && random.nextInt(isHot ? 5 : 3) > 0) {
          count(machine);
        } else if (machine.isUp() && (!isDoubtful(machine) || isPromised(machine))) {
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
    isAt(machine);
  }

  /** Somebody plays with directories and addresses. */
  private void mixUp(Machine machine) {
    switch (random.nextInt(6)) {
      case 0 -> backUp(machine);
      case 1 -> restore(machine);
      case 2 -> copy(machine);
      case 3 -> damage(machine);
      case 4 -> move(machine);
      default -> swap(machine, anyone());
    }
  }

  private boolean isDoubtful(Machine machine) {
    return doubtful.contains(machine.directory());
  }

  private void backUp(Machine machine) {
    if (machine.isUp() && isPromised(machine)) {
      say("backup", machine);
      var made = new LinkedHashMap<CounterHistory, Long>();
      histories.values().forEach(history -> made.put(history, history.moment()));
      backups.put(machine, new Backup(machine.disk.copy(), machine.directory(), made));
    }
  }

  private void restore(Machine machine) {
    Backup backup = backups.get(machine);
    if (backup != null && backup.directory().equals(machine.directory())) {
      say("restore", machine);
      backup.made().forEach((history, made) -> history.lost(machine.directory(), made));
      machine.crash(SimulatedDisk.Left.NOTHING);
      machine.disk = backup.disk().copy();
      machine.disk.restart(SimulatedDisk.Left.NOTHING, random);
      doubtful.add(machine.directory());
      machine.start();
    }
  }

  /** Another machine gets a copy of a directory, and is listed, or not. */
  private void copy(Machine machine) {
    if (machine.isUp() && isPromised(machine) && world.machines().size() < 8) {
      Machine copy = world.add();
      say("copy", machine, copy);
      copy.disk = machine.disk.copy();
      copy.disk.restart(
          random.nextBoolean() ? SimulatedDisk.Left.NOTHING : SimulatedDisk.Left.EVERYTHING,
          random);
      doubtful.add(copy.directory());
      doubtful.add(machine.directory());
      copied.add(copy.directory());
      copied.add(machine.directory());
      copy.start();
      isAt(copy);
      if (random.nextBoolean()) {
        post(machine, with(machine, copy.address), List.of());
      }
    }
  }

  /** A bit is wrong. The start sets the damaged file aside and goes on. */
  private void damage(Machine machine) {
    boolean isOwn = random.nextBoolean();
    say("damage", machine, isOwn);
    String lost = isOwn ? machine.directory() : "nowhere";
    histories.values().forEach(history -> history.lost(lost));
    doubtful.add(machine.directory());
    try {
      machine.damage(isOwn ? "own" : "others", bytes -> random.nextInt(bytes.length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    machine.damage = LogConfig.Damage.SET_ASIDE;
    machine.start();
  }

  private void move(Machine machine) {
    leaves(machine);
    Address before = machine.address;
    say("move", machine);
    crash(machine);
    world.move(machine, new Address("10.0.1." + world.nowMs() % 251, 7777 + (int) world.nowMs()));
    isAt(machine);
    machine.start();
    world
        .machines()
        .forEach(
            at -> {
              if (at.isUp() && at.actor().configuration().actors().contains(before)) {
                moved(at, before, machine.address);
              }
            });
  }

  private void moved(Machine at, Address before, Address now) {
    var list = new TreeSet<>(at.actor().configuration().actors());
    list.remove(before);
    list.add(now);
    post(at, list, List.of());
  }

  private void swap(Machine one, Machine other) {
    if (one != other) {
      say("swap", one, other);
      leaves(one);
      leaves(other);
      Address first = one.address;
      crash(one);
      crash(other);
      world.move(one, other.address);
      world.move(other, first);
      isAt(one);
      isAt(other);
      one.start();
      other.start();
    }
  }

  /** If its directory was copied, nobody may ask for the one that is at another address now. */
  private void leaves(Machine machine) {
    if (copied.contains(machine.directory())) {
      mayMiss(Set.of(machine.directory()));
    }
  }

  private static NavigableSet<Address> with(Machine at, Address more) {
    var list = new TreeSet<>(at.actor().configuration().actors());
    list.add(more);
    return list;
  }

  private Configuration everything() {
    return world.machines().stream()
        .filter(Machine::isUp)
        .map(m -> m.actor().configuration())
        .reduce(Configuration.NONE, Configuration::merge);
  }

  /** Returns true if all that is known anywhere says that this actor is asked by everybody. */
  private boolean isPromised(Machine machine) {
    Configuration all = everything();
    return all.actors().contains(machine.address)
        && all.hasSeen(machine.actor().id(), machine.address);
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
    post(at, list, random.nextInt(3) == 0 ? toForget(list) : List.of());
    world.laterMs(2_000, () -> postings--);
  }

  /** Returns an address that is not in the list, or where a directory was lost. */
  private List<Address> toForget(Set<Address> list) {
    List<Address> addresses =
        formerly.keySet().stream()
            .filter(address -> !list.contains(address) || formerly.get(address).size() > 1)
            .toList();
    return addresses.isEmpty()
        ? List.of()
        : List.of(addresses.get(random.nextInt(addresses.size())));
  }

  private void post(Machine at, NavigableSet<Address> list, List<Address> forget) {
    say("post", at, list, forget);
    var missed = new HashSet<String>();
    forget.forEach(address -> missed.addAll(formerly.get(address)));
    for (Machine machine : world.machines()) {
      if (!list.contains(machine.address) && copied.contains(machine.directory())) {
        missed.add(machine.directory());
      }
    }
    inPost.computeIfAbsent(at, _ -> new HashSet<>()).addAll(missed);
    mayMiss(missed);
    at.process.run(() -> at.actor().configure(list, forget, _ -> {}));
  }

  /** Looks whether a POST has come into force where somebody was to be forgotten. */
  private void lookForPosts() {
    inPost.forEach(
        (at, missed) -> {
          if (at.isUp() && !at.actor().configuration().equals(before.get(at))) {
            before.put(at, at.actor().configuration());
            mayMiss(missed);
          }
        });
  }

  /** From now on nobody waits for what these directories have. */
  private void mayMiss(Set<String> directories) {
    doubtful.addAll(directories);
    for (String directory : directories) {
      histories.values().forEach(history -> history.mayMiss(directory, 0));
    }
  }

  private void count(Machine machine) {
    if (machine.actor().configuration().actors().contains(machine.address)) {
      listed.add(machine.directory());
    }
    if (!listed.contains(machine.directory())) {
      return; // nobody promises anything about what it counts now
    }
    boolean isDoubtful = isDoubtful(machine) && !isPromised(machine);
    var ops = new LinkedHashMap<CounterHistory, CounterHistory.Op>();
    var amounts = new LinkedHashMap<CounterName, BigInteger>();
    int names = random.nextInt(4) == 0 ? histories.size() : 1;
    while (amounts.size() < names) {
      CounterName name = anyName();
      if (!amounts.containsKey(name)) {
        CounterHistory.Op op =
            isDoubtful
                ? histories.get(name).beginDoubtfulAdd(machine.directory())
                : histories.get(name).beginAdd(machine.directory());
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
    List<Machine> listed = listed();
    for (CounterName name : histories.keySet()) {
      end(name, listed);
    }
    for (Machine machine : world.machines()) {
      assertThat(machine.foreignShares).as(seed).isZero();
    }
  }

  /** A machine that has moved may not be listed where it is. */
  private void postWhereTheyAre() {
    Configuration all = everything();
    var list = new TreeSet<>(all.actors());
    list.removeIf(address -> world.machines().stream().noneMatch(m -> m.address.equals(address)));
    if (list.size() < all.actors().size()) {
      list.addAll(world.addresses());
      Machine at =
          world.machines().stream()
              .filter(m -> all.knows(m.actor().id()))
              .findFirst()
              .orElseThrow();
      say("post", at, list);
      world.configure(at, list, List.of());
      world.run(5_000);
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
    assertThat(history.missing(values.getFirst())).as("%s: what is missing", seed).isEmpty();
    for (Machine machine : listed) {
      assertThat(machine.actor().value(name))
          .as("%s: what %s knows", seed, machine)
          .isEqualTo(values.getFirst());
    }
  }
}
