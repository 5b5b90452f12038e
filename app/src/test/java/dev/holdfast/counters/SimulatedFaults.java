package dev.holdfast.counters;

import dev.holdfast.counters.SimulatedWorld.Machine;
import dev.holdfast.disk.LogConfig;
import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.testkit.CounterHistory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** The faults of a simulated life, and the changes of its configuration. */
final class SimulatedFaults {
  /** Machines at most, copies included. */
  private static final int MACHINES_MAX = 8;

  private final SimulatedWorld world;
  private final Random random;
  private final SimulatedPromises promises;
  private final Map<Machine, Backup> backups = new LinkedHashMap<>();
  private int postings;

  /** A copy of a directory, and when it was made. */
  private record Backup(SimulatedDisk disk, String directory, Map<CounterHistory, Long> made) {}

  SimulatedFaults(SimulatedPromises promises) {
    this.promises = promises;
    this.world = promises.world;
    this.random = world.random();
  }

  Machine add() {
    Machine machine = world.add();
    machine.start();
    promises.isAt(machine);
    return machine;
  }

  Machine anyone() {
    return world.machines().get(random.nextInt(world.machines().size()));
  }

  void cut() {
    promises.say("cut");
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

  void crash(Machine machine) {
    var lefts = SimulatedDisk.Left.values();
    promises.say("crash", machine);
    machine.crash(lefts[random.nextInt(lefts.length)]);
  }

  void pause(Machine machine) {
    if (machine.isUp()) {
      promises.say("pause", machine);
      var process = machine.process;
      process.isPaused = true;
      world.laterMs(random.nextInt(3_000), process::resume);
    }
  }

  /** The machine comes back at once, with an empty disk. */
  void loseDirectory(Machine machine) {
    promises.say("lost", machine);
    promises.histories.values().forEach(history -> history.lost(machine.directory()));
    machine.crash(SimulatedDisk.Left.NOTHING);
    machine.loseDisk();
    machine.start();
    promises.isAt(machine);
  }

  /** Somebody plays with directories and addresses. */
  void mixUp(Machine machine) {
    switch (random.nextInt(6)) {
      case 0 -> backUp(machine);
      case 1 -> restore(machine);
      case 2 -> copy(machine);
      case 3 -> damage(machine);
      case 4 -> move(machine);
      default -> swap(machine, anyone());
    }
  }

  private void backUp(Machine machine) {
    if (machine.isUp() && promises.isPromised(machine)) {
      promises.say("backup", machine);
      var made = new LinkedHashMap<CounterHistory, Long>();
      promises.histories.values().forEach(history -> made.put(history, history.moment()));
      backups.put(machine, new Backup(machine.disk.copy(), machine.directory(), made));
    }
  }

  private void restore(Machine machine) {
    Backup backup = backups.get(machine);
    if (backup != null && backup.directory().equals(machine.directory())) {
      promises.say("restore", machine);
      backup.made().forEach((history, made) -> history.lost(machine.directory(), made));
      machine.crash(SimulatedDisk.Left.NOTHING);
      machine.disk = backup.disk().copy();
      machine.disk.restart(SimulatedDisk.Left.NOTHING, random);
      promises.doubt(machine);
      promises.forgets(machine);
      machine.start();
    }
  }

  /** Another machine gets a copy of a directory, and is listed, or not. */
  private void copy(Machine machine) {
    if (machine.isUp() && promises.isPromised(machine) && world.machines().size() < MACHINES_MAX) {
      Machine copy = world.add();
      promises.say("copy", machine, copy);
      copy.disk = machine.disk.copy();
      copy.disk.restart(
          random.nextBoolean() ? SimulatedDisk.Left.NOTHING : SimulatedDisk.Left.EVERYTHING,
          random);
      promises.copies(copy);
      promises.copies(machine);
      promises.forgets(copy);
      copy.start();
      promises.isAt(copy);
      if (random.nextBoolean()) {
        post(machine, with(machine, copy.address), List.of());
      }
    }
  }

  /** A bit is wrong. The start sets the damaged file aside and goes on. */
  private void damage(Machine machine) {
    boolean isOwn = random.nextBoolean();
    promises.say("damage", machine, isOwn);
    String lost = isOwn ? machine.directory() : "nowhere";
    promises.histories.values().forEach(history -> history.lost(lost));
    promises.doubt(machine);
    promises.forgets(machine);
    try {
      machine.damage(isOwn ? "own" : "others", bytes -> random.nextInt(bytes.length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    machine.damage = LogConfig.Damage.SET_ASIDE;
    machine.start();
  }

  private void move(Machine machine) {
    promises.leaves(machine);
    Address before = machine.address;
    promises.say("move", machine);
    crash(machine);
    world.move(machine, new Address("10.0.1." + world.nowMs() % 251, 7777 + (int) world.nowMs()));
    promises.isAt(machine);
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
      promises.say("swap", one, other);
      promises.leaves(one);
      promises.leaves(other);
      Address first = one.address;
      crash(one);
      crash(other);
      world.move(one, other.address);
      world.move(other, first);
      promises.isAt(one);
      promises.isAt(other);
      one.start();
      other.start();
    }
  }

  private static NavigableSet<Address> with(Machine at, Address more) {
    var list = new TreeSet<>(at.actor().configuration().actors());
    list.add(more);
    return list;
  }

  /** Somebody who is in the configuration gets another list: one more, or one less. */
  void changeConfiguration() {
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
    } else if (world.machines().size() < MACHINES_MAX) {
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
        promises.formerly.keySet().stream()
            .filter(address -> !list.contains(address) || promises.formerly.get(address).size() > 1)
            .toList();
    return addresses.isEmpty()
        ? List.of()
        : List.of(addresses.get(random.nextInt(addresses.size())));
  }

  private void post(Machine at, NavigableSet<Address> list, List<Address> forget) {
    promises.posts(at, list, forget);
    at.process.run(() -> at.actor().configure(list, forget, _ -> {}));
  }
}
