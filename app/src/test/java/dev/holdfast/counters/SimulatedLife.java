package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.SimulatedWorld.Machine;
import dev.holdfast.names.BadNameException;
import dev.holdfast.testkit.CounterHistory;
import java.util.List;
import java.util.Random;

/**
 * Actors in a simulated world, with increments and reads at all of them. Messages are lost, come
 * twice and late; the network breaks; processes, machines and directories fail; the configuration
 * changes; clients repeat requests; the logs of dead actors are read. Afterwards there must be an
 * order that explains all that clients have seen, and all actors must know the same. Which of these
 * things there are follows from the seed.
 */
final class SimulatedLife {
  private static final int ADDS_MAX = 150;

  /** Of so many worlds one has up to twenty actors, and the others have up to six. */
  private static final int LARGE_ONE_IN = 10;

  private final String seed;
  private final SimulatedWorld world;
  private final Random random;
  private final SimulatedPromises promises;
  private final SimulatedFaults faults;
  private final SimulatedClients clients;
  private final SimulatedChecks checks;
  private final boolean losesDirectories;
  private final boolean changesConfiguration;
  private final boolean mixesDirectories;
  private final boolean isHot;

  SimulatedLife(long seed) {
    this(seed, false);
  }

  /**
   * @param hasSharedDirectories whether actors read what dead ones have left; if false, the seed
   *     decides
   */
  SimulatedLife(long seed, boolean hasSharedDirectories) {
    this.seed = "seed " + seed;
    this.world = new SimulatedWorld(seed);
    this.random = world.random();
    this.promises = new SimulatedPromises(this.seed, world);
    int names = 1 + random.nextInt(5);
    for (int i = 0; i < names; i++) {
      promises.histories.put(name("a" + i), new CounterHistory());
    }
    losesDirectories = random.nextInt(4) == 0;
    changesConfiguration = random.nextInt(3) == 0;
    isHot = random.nextInt(3) == 0;
    mixesDirectories = random.nextInt(3) == 0;
    boolean hasKeys = random.nextBoolean();
    world.hasSharedDirectories = random.nextInt(3) == 0 || hasSharedDirectories;
    if (random.nextInt(4) > 0) {
      world.sizes =
          new Sizes(1 + random.nextInt(100), 1 + random.nextInt(200), 1 + random.nextInt(300));
    }
    this.faults = new SimulatedFaults(promises);
    this.clients = new SimulatedClients(promises, hasKeys, !mixesDirectories);
    this.checks = new SimulatedChecks(promises, clients);
  }

  static CounterName name(String spelled) {
    try {
      return CounterName.parse(spelled);
    } catch (BadNameException e) {
      throw new AssertionError(e);
    }
  }

  long acknowledgedCount() {
    return promises.histories.values().stream().mapToLong(CounterHistory::acknowledgedCount).sum();
  }

  long readCount() {
    return promises.histories.values().stream().mapToLong(CounterHistory::readCount).sum();
  }

  void live() {
    boolean isLarge = random.nextInt(LARGE_ONE_IN) == 0;
    int actors = isLarge ? 7 + random.nextInt(14) : 3 + random.nextInt(4);
    for (int i = 0; i < actors; i++) {
      faults.add();
    }
    var posted = world.configure(world.machines().getFirst(), world.addresses(), List.of());
    assertThat(posted).as(seed).isInstanceOf(ConfigureOutcome.Configured.class);
    world.lossOneIn = random.nextBoolean() ? 0 : 10 + random.nextInt(40);
    world.diskMaxMs = 1L + random.nextInt(30);
    world.delayMaxMs = 1L + random.nextInt(10);
    long until = world.nowMs() + 3_000 + random.nextInt(10_000);
    while (world.nowMs() < until && promises.addCount() < ADDS_MAX) {
      step();
      promises.lookForPosts();
      checks.checkThatNoValueHasFallen();
      world.run(1 + random.nextInt(isHot ? 15 : 60));
    }
    boolean isDeathReadable = world.hasSharedDirectories && !mixesDirectories && !losesDirectories;
    checks.end(losesDirectories, isDeathReadable);
  }

  private void step() {
    Machine machine = faults.anyone();
    switch (random.nextInt(isHot ? 80 : 40)) {
      case 0 -> faults.cut();
      case 1, 2 -> world.heal();
      case 3 -> faults.crash(machine);
      case 4, 5, 6 -> world.machines().stream().filter(m -> !m.isUp()).forEach(Machine::start);
      case 7 -> faults.pause(machine);
      case 8 -> {
        if (losesDirectories && machine.isUp() && random.nextInt(3) == 0) {
          faults.loseDirectory(machine);
        }
      }
      case 9 -> {
        if (changesConfiguration && random.nextBoolean()) {
          faults.changeConfiguration();
        }
      }
      case 10 -> {
        if (mixesDirectories) {
          faults.mixUp(machine);
        }
      }
      case 11 -> machine.failsToForce = random.nextInt(4) == 0;
      case 12, 13 -> {
        if (machine.isUp()) {
          clients.repeat(machine);
        }
      }
      default -> {
        if (machine.isUp() && random.nextInt(isHot ? 5 : 3) > 0) {
          clients.count(machine);
        } else if (machine.isUp()
            && (!promises.isDoubtful(machine) || promises.isPromised(machine))) {
          clients.read(machine);
        }
      }
    }
  }
}
