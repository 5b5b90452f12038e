package dev.holdfast.counters;

import dev.holdfast.disk.DamagedLogException;
import dev.holdfast.disk.Disk;
import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.ForwardingFile;
import dev.holdfast.disk.LogConfig;
import dev.holdfast.disk.NewFile;
import dev.holdfast.disk.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * Machines with actors, in one thread: clock, network and disks are this world's own. What happens
 * follows from the seed alone.
 */
final class SimulatedWorld {
  private static final long NANOS_PER_MS = 1_000_000;
  private static final Path DIR = Path.of("/data");

  private ActorConfig config(LogConfig.Damage damage) {
    return new ActorConfig(
        LogConfig.Ack.FORCED, damage, 1_000, 3_600_000, slotsMax, 0, sizes, bytesMax);
  }

  private final Random random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private final List<Machine> machines = new ArrayList<>();
  private final Map<Address, Machine> places = new HashMap<>();
  private final Set<String> cuts = new HashSet<>();
  private final Set<Address> refusing = new HashSet<>();
  private long now = 1_000_000_000L;
  private long eventCount;

  /** How often a message is lost or comes twice: one in so many; 0 never. */
  int lossOneIn;

  /** True if actors read what dead ones have left on their disks. */
  boolean hasSharedDirectories;

  long delayMaxMs = 5;
  long diskMaxMs = 4;

  /** How long an actor takes for each message, one after the other; 0: no time. */
  long messageMs;

  /** Sees every message that an actor sends. */
  Route route = (_, _, _) -> 0;

  /** Says how long a message takes longer than others do, in ms. */
  interface Route {
    long moreMs(Machine from, Address to, Message message);
  }

  /** About how much memory counters may take before an actor takes no new one, in bytes. */
  long bytesMax = Long.MAX_VALUE;

  /** Slots from which on an actor that starts counts no more. */
  int slotsMax = 100_000;

  /** How the actors cut long rows of changes. */
  Sizes sizes = Sizes.DEFAULT;

  /** A part of the surroundings of an actor. */
  enum Part {
    NETWORK,
    RANDOM,
    ADDRESSES,
    METERS,
    THREADS
  }

  /** A failure that nobody foresaw. */
  static final class PlantedFailure extends Error {
    private static final long serialVersionUID = 1L;

    PlantedFailure() {
      super("planted");
    }
  }

  private static final class FailingRandom extends Random {
    private static final long serialVersionUID = 1L;

    private final transient Machine machine;

    FailingRandom(Machine machine, long seed) {
      super(seed);
      this.machine = machine;
    }

    @Override
    protected int next(int bits) {
      machine.mayFail(Part.RANDOM);
      return super.next(bits);
    }
  }

  record Event(long at, long number, Runnable task) {}

  SimulatedWorld(long seed) {
    this.random = new Random(seed);
  }

  Random random() {
    return random;
  }

  /** A machine: an address, a disk, and a process, or none. */
  final class Machine {
    final int number;
    Address address;
    SimulatedDisk disk = new SimulatedDisk();

    /** How long its disk takes at most; 0: as long as all others. */
    long ownDiskMaxMs;

    /** How a start treats damage. */
    LogConfig.Damage damage = LogConfig.Damage.REFUSE;

    /** False if its address is not one of its network interfaces: others see it there. */
    boolean knowsItsAddress = true;

    /** An address that it takes for its own, wherever that leads; null if there is none. */
    Address taken;

    /** Says whether a part of its surroundings fails now, in a way that nobody foresaw. */
    Predicate<Part> fails = _ -> false;

    /** True if the disk takes nothing. */
    boolean failsToForce;

    Life process;
    private int directories = 1;
    private int lives;
    private long busyUntil;
    int twins;
    int foreignShares;
    int freezes;
    int failures;

    /** How often a dead actor was read in the latest round of a read. */
    int remains;

    /** How often it has looked at dead actors. */
    int looks;

    Machine(int number) {
      this.number = number;
      this.address = new Address("10.0.0." + number, 7777);
    }

    /** Returns what tells its disk from those that it had before. */
    String directory() {
      return "directory " + directories + " of " + this;
    }

    /** Replaces its disk by an empty one. */
    void loseDisk() {
      disk = new SimulatedDisk();
      directories++;
    }

    /** Cuts the power, and changes a bit of the latest file of one of its logs. */
    void damage(String log, ToIntFunction<byte[]> place) throws IOException {
      crash(SimulatedDisk.Left.NOTHING);
      Path dir = DIR.resolve(log);
      Path file = dir.resolve(disk.names(dir).getLast());
      byte[] bytes = disk.bytes(file);
      bytes[place.applyAsInt(bytes)] ^= 1;
      disk.delete(file);
      try (NewFile again = disk.create(file)) {
        again.write(ByteBuffer.wrap(bytes));
        again.force();
      }
      disk.forceDirectory(dir);
    }

    /** Gives one of its logs the files that it has on another disk. */
    void restore(String log, SimulatedDisk from) {
      Path dir = DIR.resolve(log);
      try {
        for (String name : disk.names(dir)) {
          disk.delete(dir.resolve(name));
        }
        for (String name : from.names(dir)) {
          try (NewFile file = disk.create(dir.resolve(name))) {
            file.write(ByteBuffer.wrap(from.bytes(dir.resolve(name))));
            file.force();
          }
        }
        disk.forceDirectory(dir);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void mayFail(Part part) {
      if (fails.test(part)) {
        throw new PlantedFailure();
      }
    }

    private long diskNanos() {
      long maxMs = ownDiskMaxMs > 0 ? ownDiskMaxMs : diskMaxMs;
      return random.nextLong(maxMs * NANOS_PER_MS);
    }

    /** Returns its disk, which fails when it is told to. */
    Disk failing() {
      return new ForwardingDisk(disk) {
        @Override
        public NewFile create(Path file) throws IOException {
          return new ForwardingFile(super.create(file)) {
            @Override
            public void force() throws IOException {
              if (failsToForce) {
                throw new IOException("the disk fails");
              }
              super.force();
            }
          };
        }
      };
    }

    boolean isUp() {
      return process != null;
    }

    /**
     * Returns what its dead process has left; empty if the process lives, or there never was one.
     */
    Optional<LeftDirectory> left() {
      if (isUp() || !disk.isDirectory(DIR)) {
        return Optional.empty();
      }
      try {
        return Optional.of(LeftDirectory.read(disk, DIR, () -> false).orElseThrow().replay());
      } catch (IOException noActor) {
        return Optional.empty();
      }
    }

    Actor actor() {
      return process.actor;
    }

    void start() {
      failsToForce = false; // or there is no start
      var starting = new Life(this);
      process = starting;
      lives++;
      try {
        starting.actor = Actor.start(config(damage), starting.world());
      } catch (DamagedLogException e) {
        throw new AssertionError("a start finds damage", e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Ends the process, or cuts the power of the machine. */
    void crash(SimulatedDisk.Left left) {
      if (process != null) {
        process.isAlive = false;
        process = null;
      }
      disk.restart(left, random);
    }

    @Override
    public String toString() {
      return "actor " + number;
    }
  }

  /** One life of an actor. */
  final class Life implements Clock, Network, Meters {
    final Machine machine;
    Actor actor;
    boolean isAlive = true;
    boolean isPaused;
    final Map<CounterName, BigInteger> shown = new HashMap<>();
    private final List<Runnable> postponed = new ArrayList<>();

    /** Questions to each address that have no outcome yet. */
    final Map<Address, Integer> unanswered = new HashMap<>();

    /** The bytes of all questions to each address. */
    final Map<Address, Long> sentBytes = new HashMap<>();

    Life(Machine machine) {
      this.machine = machine;
    }

    Actor.World world() {
      return new Actor.World(
          machine.failing(),
          DIR,
          _ -> this::runLater,
          this,
          this,
          new FailingRandom(machine, random.nextLong()),
          this,
          hasSharedDirectories ? this::lookAtDead : DeadActors.NONE);
    }

    private void runLater(Runnable task) {
      machine.mayFail(Part.THREADS);
      later(machine.diskNanos(), () -> run(task));
    }

    private void lookAtDead(
        Set<Id> actors, DeadActors.Heir heir, Consumer<Map<Id, DeadActors.Left>> then) {
      machine.looks++;
      later(
          machine.diskNanos(),
          () -> {
            var found = new TreeMap<Id, Machine>();
            var lefts = new TreeMap<Id, LeftDirectory>();
            var copied = new TreeSet<Id>();
            for (Machine other : machines) {
              Optional<LeftDirectory> left = other.left();
              Id actor = left.map(LeftDirectory::actor).orElse(Id.NONE);
              if (actors.contains(actor) && lefts.put(actor, left.get()) != null) {
                copied.add(actor);
              }
              found.put(actor, other);
            }
            lefts.keySet().removeAll(copied);
            later(machine.diskNanos(), () -> run(() -> tell(found, lefts, heir, then)));
          });
    }

    private static void tell(
        Map<Id, Machine> found,
        Map<Id, LeftDirectory> lefts,
        DeadActors.Heir heir,
        Consumer<Map<Id, DeadActors.Left>> then) {
      var told = new TreeMap<Id, DeadActors.Left>();
      lefts.forEach(
          (actor, left) -> {
            boolean isTaken = heir.agrees(left.configuration()) && heir.take(left);
            String state = found.get(actor).directory() + " in life " + found.get(actor).lives;
            told.put(actor, new DeadActors.Left(left.configuration(), state, isTaken));
          });
      then.accept(told);
    }

    void run(Runnable task) {
      if (isAlive && isPaused) {
        postponed.add(task);
      } else if (isAlive) {
        try {
          task.run();
        } catch (PlantedFailure guarded) { // as every thread of a process does
          machine.failures++;
        }
      }
    }

    void resume() {
      isPaused = false;
      var tasks = List.copyOf(postponed);
      postponed.clear();
      tasks.forEach(task -> later(0, () -> run(task)));
    }

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public Later after(long delayMs, Runnable task) {
      Event event = later(delayMs * NANOS_PER_MS, () -> run(task));
      return () -> events.remove(event);
    }

    @Override
    public boolean isOwn(Address address) {
      machine.mayFail(Part.ADDRESSES);
      return isSurelyOwn(address) || address.equals(machine.taken);
    }

    @Override
    public boolean isSurelyOwn(Address address) {
      return machine.knowsItsAddress && address.equals(machine.address);
    }

    @Override
    public void ask(Address to, byte[] request, long timeoutMs, Consumer<Outcome> then) {
      machine.mayFail(Part.NETWORK);
      boolean[] isDone = {false};
      unanswered.merge(to, 1, Integer::sum);
      sentBytes.merge(to, (long) request.length, Long::sum);
      Consumer<Outcome> once =
          outcome -> {
            if (!isDone[0]) {
              isDone[0] = true;
              unanswered.merge(to, -1, Integer::sum);
              then.accept(outcome);
            }
          };
      after(timeoutMs, () -> once.accept(new Outcome.Silent()));
      Address from = machine.address;
      long more = route.moreMs(machine, to, Message.read(request)) * NANOS_PER_MS;
      int copies = isLucky() ? 1 : random.nextInt(3);
      for (int copy = 0; copy < copies; copy++) {
        later(delay() + more, () -> arrive(from, to, request, once));
      }
    }

    private void arrive(Address from, Address to, byte[] request, Consumer<Outcome> once) {
      Machine target = places.get(to);
      if (isCut(from, to) || target == null) {
        return;
      }
      if (!target.isUp() || refusing.contains(to)) {
        if (!isCut(to, from)) {
          later(delay(), () -> run(() -> once.accept(new Outcome.Refused())));
        }
        return;
      }
      Life asked = target.process;
      Runnable answer =
          () ->
              asked.actor.answer(
                  request,
                  reply -> {
                    if (isLucky() || random.nextBoolean()) {
                      later(
                          delay(),
                          () -> {
                            if (!isCut(to, from)) {
                              run(() -> once.accept(new Outcome.Replied(reply)));
                            }
                          });
                    }
                  });
      if (messageMs == 0) {
        asked.run(answer);
      } else {
        target.busyUntil = Math.max(now, target.busyUntil) + messageMs * NANOS_PER_MS;
        later(target.busyUntil - now, () -> asked.run(answer));
      }
    }

    @Override
    public void twin(Id process) {
      machine.mayFail(Part.METERS);
      machine.twins++;
    }

    @Override
    public void foreignShare(Id actor) {
      machine.mayFail(Part.METERS);
      machine.foreignShares++;
    }

    @Override
    public void round(boolean isFreeze) {
      machine.mayFail(Part.METERS);
      machine.freezes += isFreeze ? 1 : 0;
      machine.remains = 0;
    }

    @Override
    public void failed() {
      machine.failures++;
    }

    @Override
    public void remains() {
      machine.mayFail(Part.METERS);
      machine.remains++;
    }
  }

  private boolean isLucky() {
    return lossOneIn == 0 || random.nextInt(lossOneIn) > 0;
  }

  private long delay() {
    long spread = random.nextInt(20) == 0 ? delayMaxMs * 20 : delayMaxMs;
    return NANOS_PER_MS / 10 + random.nextLong(spread * NANOS_PER_MS);
  }

  Machine add() {
    var machine = new Machine(machines.size() + 1);
    machines.add(machine);
    places.put(machine.address, machine);
    return machine;
  }

  List<Machine> machines() {
    return machines;
  }

  /** Gives a machine another address. */
  void move(Machine machine, Address address) {
    places.remove(machine.address, machine);
    machine.address = address;
    places.put(address, machine);
  }

  void cut(Machine from, Machine to) {
    cuts.add(from.address + ">" + to.address);
  }

  /** Lets a firewall say, in front of a machine, that nobody listens there. */
  void refuse(Machine to) {
    refusing.add(to.address);
  }

  void heal() {
    cuts.clear();
    refusing.clear();
  }

  private boolean isCut(Address from, Address to) {
    return cuts.contains(from + ">" + to);
  }

  /** Runs a task later, whoever lives then. */
  Event later(long delayNanos, Runnable task) {
    var event = new Event(now + delayNanos, eventCount++, task);
    events.add(event);
    return event;
  }

  /** Returns how many tasks wait for a time that is more than so long away. */
  long waitingBeyond(long ms) {
    return events.stream().filter(event -> event.at() > now + ms * NANOS_PER_MS).count();
  }

  void laterMs(long delayMs, Runnable task) {
    later(delayMs * NANOS_PER_MS, task);
  }

  long nowMs() {
    return now / NANOS_PER_MS;
  }

  /** Lets the world go on for a while. */
  void run(long ms) {
    long until = now + ms * NANOS_PER_MS;
    while (!events.isEmpty() && events.peek().at() <= until) {
      Event event = events.poll();
      now = event.at();
      event.task().run();
    }
    now = until;
  }

  /** Lets the world go on until something is so, or for so long. Returns whether it became so. */
  boolean runUntil(long maxMs, BooleanSupplier isSo) {
    long until = now + maxMs * NANOS_PER_MS;
    while (!isSo.getAsBoolean() && !events.isEmpty() && events.peek().at() <= until) {
      Event event = events.poll();
      now = event.at();
      event.task().run();
    }
    return isSo.getAsBoolean();
  }

  NavigableSet<Address> addresses() {
    var addresses = new TreeSet<Address>();
    machines.forEach(machine -> addresses.add(machine.address));
    return addresses;
  }

  /** Posts a configuration and waits for the outcome. */
  ConfigureOutcome configure(Machine at, NavigableSet<Address> list, List<Address> forget) {
    var outcome = new ArrayList<ConfigureOutcome>();
    at.process.run(() -> at.actor().configure(list, forget, outcome::add));
    runUntil(20_000, () -> !outcome.isEmpty());
    return outcome.getFirst();
  }

  /** Reads and waits for the outcome. */
  Optional<ReadOutcome> read(Machine at, CounterName name, long maxMs) {
    var outcome = new ArrayList<ReadOutcome>();
    at.process.run(() -> at.actor().read(name, maxMs, outcome::add));
    runUntil(maxMs + 1_000, () -> !outcome.isEmpty());
    return outcome.stream().findFirst();
  }

  /** Counts and waits for the outcome; empty if there is none in time. */
  Optional<AddOutcome> count(Machine at, CounterName name, long amount) {
    return count(at, Map.of(name, BigInteger.valueOf(amount)), Optional.empty());
  }

  Optional<AddOutcome> count(
      Machine at, Map<CounterName, BigInteger> amounts, Optional<String> key) {
    var outcome = new ArrayList<AddOutcome>();
    at.process.run(() -> at.actor().add(amounts, key, outcome::add));
    runUntil(5_000, () -> !outcome.isEmpty());
    return outcome.stream().findFirst();
  }

  /**
   * Starts so many machines, those that were added before included, and posts a configuration of
   * all of them.
   */
  List<Machine> cluster(int count) {
    while (machines.size() < count) {
      add();
    }
    machines.forEach(Machine::start);
    configure(machines.getFirst(), addresses(), List.of());
    run(500);
    return machines;
  }

  void cutBoth(Machine one, Machine other) {
    cut(one, other);
    cut(other, one);
  }

  /** Cuts a machine from all others. */
  void isolate(Machine machine) {
    for (Machine other : machines) {
      if (other != machine) {
        cutBoth(machine, other);
      }
    }
  }

  /** Cuts some machines, each from all others. */
  void isolateAll(List<Machine> some) {
    some.forEach(this::isolate);
  }
}
