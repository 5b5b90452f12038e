package dev.holdfast.counters;

import dev.holdfast.counters.SimulatedWorld.Machine;
import dev.holdfast.testkit.CounterHistory;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;

/**
 * What clients have seen in a simulated life, and what they are promised: which increments a read
 * has to count, and which it may miss.
 */
final class SimulatedPromises {
  final String seed;
  final SimulatedWorld world;
  final Map<CounterName, CounterHistory> histories = new LinkedHashMap<>();

  /** Which directories were at an address. */
  final Map<Address, Set<String>> formerly = new LinkedHashMap<>();

  /** Actors that were in a configuration that they knew. A damaged directory has a new actor. */
  private final Set<Id> listed = new HashSet<>();

  /** Directories whose actor may count without knowing that nobody asks it. */
  private final Set<String> doubtful = new HashSet<>();

  /** Directories of which there are two, and the time of the latest copy, in milliseconds. */
  private final Map<String, Long> copied = new HashMap<>();

  /** Directories that do not have all that they had: keys are forgotten, too. */
  private final Set<String> forgetful = new HashSet<>();

  /** Whom actors have been told to forget, which is in force a while later, or after a start. */
  private final Map<Machine, Set<String>> inPost = new LinkedHashMap<>();

  private final Map<Machine, Configuration> before = new HashMap<>();

  SimulatedPromises(String seed, SimulatedWorld world) {
    this.seed = seed;
    this.world = world;
  }

  /** Prints what happens, where somebody looks for a fault. */
  void say(Object... what) {
    if (Boolean.getBoolean("holdfast.trace")) {
      System.out.println(world.nowMs() + " " + List.of(what));
    }
  }

  CounterName anyName() {
    return List.copyOf(histories.keySet()).get(world.random().nextInt(histories.size()));
  }

  int addCount() {
    return histories.values().stream().mapToInt(CounterHistory::addCount).sum();
  }

  /** Notes that a directory is at an address. */
  void isAt(Machine machine) {
    formerly.computeIfAbsent(machine.address, _ -> new HashSet<>()).add(machine.directory());
  }

  /** Returns true if anything is promised of what an actor counts. */
  boolean isListed(Machine machine) {
    if (machine.actor().configuration().actors().contains(machine.address)) {
      listed.add(machine.actor().id());
    }
    return listed.contains(machine.actor().id());
  }

  boolean isDoubtful(Machine machine) {
    return doubtful.contains(machine.directory());
  }

  void doubt(Machine machine) {
    doubtful.add(machine.directory());
  }

  /** Notes that a directory does not have all that it had. */
  void forgets(Machine machine) {
    forgetful.add(machine.directory());
  }

  boolean isForgetful(Machine machine) {
    return forgetful.contains(machine.directory());
  }

  void copies(Machine machine) {
    copied.put(machine.directory(), world.nowMs());
    doubt(machine);
  }

  /** Returns true if a copy of a directory may have what was not answered yet at a time. */
  boolean isCopiedSince(String directory, long sinceMs) {
    return copied.getOrDefault(directory, Long.MIN_VALUE) >= sinceMs;
  }

  /** If its directory was copied, nobody may ask for the one that is at another address now. */
  void leaves(Machine machine) {
    if (copied.containsKey(machine.directory())) {
      mayMiss(Set.of(machine.directory()));
    }
  }

  Configuration everything() {
    return world.machines().stream()
        .filter(Machine::isUp)
        .map(m -> m.actor().configuration())
        .reduce(Configuration.NONE, Configuration::merge);
  }

  /** Returns true if all that is known anywhere says that this actor is asked by everybody. */
  boolean isPromised(Machine machine) {
    Configuration all = everything();
    return all.actors().contains(machine.address)
        && all.hasSeen(machine.actor().id(), machine.address);
  }

  /** Hears of a POST before it is sent. */
  void posts(Machine at, NavigableSet<Address> list, List<Address> forget) {
    say("post", at, list, forget);
    var missed = new HashSet<String>();
    forget.forEach(address -> missed.addAll(formerly.get(address)));
    for (Machine machine : world.machines()) {
      if (!list.contains(machine.address) && copied.containsKey(machine.directory())) {
        missed.add(machine.directory());
      }
    }
    inPost.computeIfAbsent(at, _ -> new HashSet<>()).addAll(missed);
    mayMiss(missed);
  }

  /** Looks whether a POST has come into force where somebody was to be forgotten. */
  void lookForPosts() {
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
}
