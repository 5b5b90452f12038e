package dev.holdfast.counters;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.RecordLog;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * One of the processes that keep the counters.
 *
 * <p>Threading: may be used from any number of threads. Outcomes come on any thread, which must not
 * wait.
 */
public final class Actor implements AutoCloseable {
  /** Counters that one request may count at most. */
  public static final int COUNTERS_MAX = 1_000;

  /** How long an amount may be, in bits: as 4,096 decimal digits are. */
  public static final int AMOUNT_BITS_MAX = 13_607;

  /** How long the key of a request may be, in characters. */
  public static final int KEY_CHARACTERS_MAX = Keys.BYTES_MAX;

  /** The directory of the log of its own shares, in its own. */
  public static final String OWN_LOG = "own";

  /** The directory of the log of others' shares, in its own. */
  static final String OTHERS_LOG = "others";

  private static final long TICK_MS = 250;

  private final Guarded guarded;
  private final Serial serial;
  private final Clock clock;
  private final Ledger ledger;
  private final OwnState own;
  private final RecordLog<Change> ownLog;
  private final RecordLog<Persist> othersLog;
  private final Membership membership;
  private final Increments increments;
  private final Exchange exchange;
  private final Persistence persistence;
  private final Reads reads;
  private final Answering answering;
  private final Leaving leaving;
  private final Configuring configuring;
  private final ActorConfig config;
  private final Meters meters;
  private long persistedNanos;
  private boolean isClosed;

  /**
   * The surroundings of an actor.
   *
   * @param directory its own, which no other process has open; it must be there
   * @param threads makes the executor of a log, by its name, which runs the log's tasks one after
   *     the other
   * @param random of slots, processes and freezes: two processes must not draw alike
   * @param dead looks at what dead actors have left
   */
  public record World(
      Disk disk,
      Path directory,
      Function<String, Executor> threads,
      Clock clock,
      Network network,
      RandomGenerator random,
      Meters meters,
      DeadActors dead) {

    /** Makes surroundings without a common file system. */
    public World(
        Disk disk,
        Path directory,
        Function<String, Executor> threads,
        Clock clock,
        Network network,
        RandomGenerator random,
        Meters meters) {
      this(disk, directory, threads, clock, network, random, meters, DeadActors.NONE);
    }
  }

  /**
   * Starts an actor with what its directory holds, or a new one.
   *
   * @throws dev.holdfast.disk.DamagedLogException if a file is damaged, unless it is to be set
   *     aside
   * @throws IOException if the disk fails
   */
  public static Actor start(ActorConfig config, World world) throws IOException {
    var actor = new Actor(config, world);
    actor.serial.run(actor::begin);
    return actor;
  }

  private Actor(ActorConfig config, World world) throws IOException {
    this.config = config;
    this.clock = world.clock();
    this.meters = world.meters();
    this.guarded = new Guarded(world.meters()::failed);
    this.serial = new Serial();
    this.ledger = new Ledger(config.sizes(), config.bytesMax());
    var keys = new Keys(config.keysMax(), config.keyAgeMs(), clock);
    this.own = new OwnState(serial, world.random(), ledger, keys, new Changes(), guarded);
    this.ownLog =
        RecordLog.open(
            world.disk(),
            world.directory().resolve(OWN_LOG),
            config.ownLog(),
            own,
            world.threads().apply(OWN_LOG));
    this.othersLog =
        RecordLog.open(
            world.disk(),
            world.directory().resolve(OTHERS_LOG),
            config.othersLog(),
            new OthersState(serial, ledger, own::living, guarded),
            world.threads().apply(OTHERS_LOG));
    Id process = Id.random(world.random());
    this.membership = new Membership(process, own, world.network(), clock, guarded);
    var asker = new Asker(serial, membership, world.network(), clock, world.random(), guarded);
    this.increments = new Increments(ownLog, keys, this::hindrance, clock, serial, guarded);
    this.persistence = new Persistence(othersLog, ledger, own, guarded);
    this.exchange =
        new Exchange(membership, ledger, own, asker, clock, serial, world.random(), meters);
    var freezes = new Freezes(increments, ledger, clock, serial, world.random(), guarded);
    this.reads =
        new Reads(
            ledger,
            membership,
            freezes,
            persistence,
            asker,
            clock,
            serial,
            own,
            exchange,
            new Looks(world.dead(), membership, ledger, exchange, serial, guarded),
            meters,
            guarded);
    this.answering =
        new Answering(membership, ledger, freezes, exchange, persistence, asker, reads, meters);
    this.leaving =
        new Leaving(
            membership, own, ledger, increments, asker, clock, serial, world.random(), guarded);
    this.configuring = new Configuring(membership, asker, clock, serial, world.random());
  }

  private void begin() {
    membership.begin(ownLog);
    leaving.begin();
    persistedNanos = clock.nanoTime();
    tick();
  }

  private void tick() {
    if (isClosed) {
      return;
    }
    clock.after(TICK_MS, () -> serial.run(this::tick)); // first: nothing may end the ticks
    guarded.run(exchange::tick);
    guarded.run(leaving::look);
    if (clock.nanoTime() - persistedNanos >= Persistence.INTERVAL_MS * 1_000_000) {
      persistedNanos = clock.nanoTime();
      guarded.run(persistence::tick);
    }
  }

  private final class Changes implements OwnState.Listener {
    @Override
    public void counted() {
      exchange.changed();
    }

    @Override
    public void configured() {
      membership.listed();
      exchange.changed();
      leaving.look();
    }
  }

  /** Returns the identity of this actor: that of its directory. */
  public Id id() {
    return own.actor();
  }

  /** Returns a random number of this process. */
  Id process() {
    return membership.process();
  }

  /**
   * Counts. Does not wait.
   *
   * @param amounts {@link #COUNTERS_MAX} at most, each from 0 on and of {@link #AMOUNT_BITS_MAX}
   *     bits at most; all of them are counted, or none
   * @param key of a request that may come again, of 1 to {@link #KEY_CHARACTERS_MAX} characters
   * @param then gets the outcome, once, on any thread, and must not wait
   * @throws IllegalArgumentException if one of them is out of bounds
   */
  public void add(
      Map<CounterName, BigInteger> amounts, Optional<String> key, Consumer<AddOutcome> then) {
    requireBounds(amounts, key);
    var positive = new TreeMap<>(amounts);
    positive.values().removeIf(amount -> amount.signum() == 0);
    Consumer<AddOutcome> metered =
        outcome -> {
          meters.added(outcome);
          then.accept(outcome);
        };
    serial.run(() -> increments.add(positive, key, guarded.consumer(metered)));
  }

  /** Returns why some counters cannot be counted; empty if they can. */
  private Optional<String> hindrance(Map<CounterName, BigInteger> amounts, long bytesUnderWay) {
    if (own.living().isEmpty() && ledger.slotCount() >= config.slotsMax()) {
      return Optional.of("there are " + ledger.slotCount() + " slots, as many as may be");
    }
    return ledger.hindrance(own.living(), amounts, bytesUnderWay);
  }

  /** One request that is out of bounds would fail all those that share its force. */
  private static void requireBounds(Map<CounterName, BigInteger> amounts, Optional<String> key) {
    if (amounts.size() > COUNTERS_MAX) {
      throw new IllegalArgumentException(amounts.size() + " counters, more than " + COUNTERS_MAX);
    }
    for (BigInteger amount : amounts.values()) {
      if (amount.signum() < 0 || amount.bitLength() > AMOUNT_BITS_MAX) {
        throw new IllegalArgumentException("an amount is negative, or too long");
      }
    }
    if (key.isPresent() && (key.get().isEmpty() || key.get().length() > Keys.BYTES_MAX)) {
      throw new IllegalArgumentException("the key is empty, or too long");
    }
  }

  /** Returns the value of a counter as it is known here; 0 if nothing is. Does not wait. */
  public BigInteger value(CounterName name) {
    return ledger.value(name);
  }

  /**
   * Returns names and values as they are known here, in the order of the names. Does not wait.
   *
   * @param prefix the bytes that the names begin with; there may be none
   * @param after the name before the first one, or empty to begin with the first
   * @param limit how many at most, 0 or more
   */
  public List<Counter> page(byte[] prefix, Optional<CounterName> after, int limit) {
    return ledger.page(prefix, after, limit);
  }

  /** Returns every share of a counter that is known here. */
  public List<SlotShare> shares(CounterName name) {
    return serial.call(() -> ledger.told(name));
  }

  /**
   * Reads the exact value. Does not wait.
   *
   * @param deadlineMs how long the read may take, in milliseconds, 1 or more
   * @param then gets the outcome, once, on any thread, and must not wait
   */
  public void read(CounterName name, long deadlineMs, Consumer<ReadOutcome> then) {
    serial.run(() -> reads.read(name, deadlineMs, guarded.consumer(then)));
  }

  /**
   * Puts a list of actors in force. A list that is in force already makes no new version. Does not
   * wait.
   *
   * @param list the addresses of all actors
   * @param forget addresses whose actors nobody is to wait for any more
   * @param then gets the outcome, once, on any thread, and must not wait
   */
  public void configure(
      NavigableSet<Address> list, Collection<Address> forget, Consumer<ConfigureOutcome> then) {
    serial.run(() -> configuring.post(list, forget, guarded.consumer(then)));
  }

  /** Returns the configuration that is in force here. */
  public Configuration configuration() {
    return serial.call(own::configuration);
  }

  /** Returns the other actors of the configuration, as far as they are known. */
  public List<ActorStatus.PeerStatus> peers() {
    return serial.call(() -> ActorStatus.peers(membership, exchange));
  }

  /** Returns what an operator may want to know. */
  public ActorStatus status() {
    return serial.call(
        () -> ActorStatus.of(membership, own, ledger, exchange, config, !increments.isStopped()));
  }

  /** Returns the damage that the start has set aside, each with file and offset. */
  public List<String> setAside() {
    return Stream.of(ownLog, othersLog)
        .flatMap(log -> log.damage().stream())
        .map(Throwable::getMessage)
        .toList();
  }

  /**
   * Answers another actor. Does not wait.
   *
   * @param then gets the reply, once, on any thread, and must not wait
   * @throws MalformedException if it is no message of this version
   */
  public void answer(byte[] message, Consumer<byte[]> then) {
    var read = Message.read(message);
    Consumer<Reply> told = guarded.consumer(reply -> then.accept(reply.toBytes()));
    serial.run(() -> answering.answer(read, told));
  }

  /** Ends it. What was acknowledged is on the disk. */
  @Override
  public void close() {
    serial.run(
        () -> {
          isClosed = true;
          increments.close();
        });
    ownLog.close();
    othersLog.close();
  }
}
