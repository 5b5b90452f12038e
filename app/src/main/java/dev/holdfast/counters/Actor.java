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

/**
 * One of the processes that keep the counters.
 *
 * <p>Threading: may be used from any number of threads. Outcomes come on any thread, which must not
 * wait.
 */
final class Actor implements AutoCloseable {
  /** Counters that one request may count at most. */
  static final int COUNTERS_MAX = 1_000;

  /** How long an amount may be, in bits: as 4,096 decimal digits are. */
  static final int AMOUNT_BITS_MAX = 13_607;

  private static final long TICK_MS = 250;

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
  private long persistedNanos;
  private boolean isClosed;

  /** The surroundings of an actor: its disk, its threads, its clock and the others. */
  record World(
      Disk disk,
      Path directory,
      Function<String, Executor> threads,
      Clock clock,
      Network network,
      RandomGenerator random,
      Meters meters) {}

  /**
   * Starts an actor with what its directory holds, or a new one.
   *
   * @throws dev.holdfast.disk.DamagedLogException if a file is damaged, unless it is to be set
   *     aside
   * @throws IOException if the disk fails
   */
  static Actor start(ActorConfig config, World world) throws IOException {
    var actor = new Actor(config, world);
    actor.serial.run(actor::begin);
    return actor;
  }

  private Actor(ActorConfig config, World world) throws IOException {
    this.config = config;
    this.clock = world.clock();
    this.serial = new Serial();
    this.ledger = new Ledger(config.sizes());
    var keys = new Keys(config.keysMax(), config.keyAgeMs(), clock);
    this.own = new OwnState(serial, world.random(), ledger, keys, new Changes());
    this.ownLog =
        RecordLog.open(
            world.disk(),
            world.directory().resolve("own"),
            config.ownLog(),
            own,
            world.threads().apply("own"));
    this.othersLog =
        RecordLog.open(
            world.disk(),
            world.directory().resolve("others"),
            config.othersLog(),
            new OthersState(serial, ledger, own::living),
            world.threads().apply("others"));
    this.membership = new Membership(Id.random(world.random()), own, world.network());
    var asker = new Asker(serial, membership, world.network(), world.random());
    this.increments = new Increments(ownLog, keys::outcome);
    this.persistence = new Persistence(othersLog, ledger, own);
    this.exchange =
        new Exchange(membership, ledger, own, asker, clock, serial, world.random(), world.meters());
    var freezes = new Freezes(increments, ledger, clock, serial, world.random());
    this.reads =
        new Reads(ledger, membership, freezes, persistence, asker, clock, serial, own, exchange);
    this.answering =
        new Answering(membership, ledger, freezes, exchange, persistence, asker, world.meters());
    this.leaving =
        new Leaving(membership, own, ledger, increments, asker, clock, serial, world.random());
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
    exchange.tick();
    leaving.look();
    if (clock.nanoTime() - persistedNanos >= Persistence.INTERVAL_MS * 1_000_000) {
      persistedNanos = clock.nanoTime();
      persistence.tick();
    }
    clock.after(TICK_MS, () -> serial.run(this::tick));
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
  Id id() {
    return own.actor();
  }

  /** Returns a random number of this process. */
  Id process() {
    return membership.process();
  }

  /**
   * Counts.
   *
   * @param amounts {@link #COUNTERS_MAX} at most, each from 0 on and of {@link #AMOUNT_BITS_MAX}
   *     bits at most; all of them are counted, or none
   * @param key of a request that may come again, of 1 to {@link Keys#BYTES_MAX} characters
   * @throws IllegalArgumentException if one of them is out of bounds
   */
  void add(Map<CounterName, BigInteger> amounts, Optional<String> key, Consumer<AddOutcome> then) {
    requireBounds(amounts, key);
    var positive = new TreeMap<>(amounts);
    positive.values().removeIf(amount -> amount.signum() == 0);
    serial.run(
        () -> {
          if (own.living().isEmpty() && ledger.slotCount() >= config.slotsMax()) {
            then.accept(
                new AddOutcome.NotCounted(
                    "there are " + ledger.slotCount() + " slots, as many as may be"));
          } else {
            increments.add(positive, key, Guarded.consumer(then));
          }
        });
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
  BigInteger value(CounterName name) {
    return ledger.value(name);
  }

  /** Returns names and values as they are known here, in the order of the names. */
  List<Counter> page(Optional<CounterName> after, int limit) {
    return ledger.page(after, limit);
  }

  /** Returns every share of a counter that is known here. */
  List<SlotShare> shares(CounterName name) {
    return serial.call(() -> ledger.told(name));
  }

  /** Reads the exact value. */
  void read(CounterName name, long deadlineMs, Consumer<ReadOutcome> then) {
    serial.run(() -> reads.read(name, deadlineMs, Guarded.consumer(then)));
  }

  /** Posts a configuration; see {@link Configuring#post}. */
  void configure(
      NavigableSet<Address> list, Collection<Address> forget, Consumer<ConfigureOutcome> then) {
    serial.run(() -> configuring.post(list, forget, Guarded.consumer(then)));
  }

  /** Returns the configuration that is in force here. */
  Configuration configuration() {
    return serial.call(own::configuration);
  }

  /**
   * Answers another actor.
   *
   * @param then gets the reply, once
   * @throws MalformedException if it is no message of this version
   */
  void answer(byte[] message, Consumer<byte[]> then) {
    var read = Message.read(message);
    Consumer<Reply> guarded = Guarded.consumer(reply -> then.accept(reply.toBytes()));
    serial.run(() -> answering.answer(read, guarded));
  }

  /** Ends it. What was acknowledged is on the disk. */
  @Override
  public void close() {
    serial.run(() -> isClosed = true);
    ownLog.close();
    othersLog.close();
  }
}
