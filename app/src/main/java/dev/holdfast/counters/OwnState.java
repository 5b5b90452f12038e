package dev.holdfast.counters;

import dev.holdfast.disk.LogOwner;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The state that an actor's own log keeps: who it is, its configuration, the shares that it has
 * counted in all of its lives, and the keys of requests.
 *
 * <p>Threading: the log calls it from its own thread; every method takes the actor's lock.
 */
final class OwnState implements LogOwner<Change> {
  private static final int ACTOR = 1;
  private static final int CONFIGURATION = 2;
  private static final int COUNT = 3;
  private static final int RANGE = 4;
  private static final int KEY = 5;
  private static final int STOP = 6;

  private final Serial serial;
  private final RandomGenerator random;
  private final Ledger ledger;
  private final Keys keys;
  private final Listener listener;
  private final Guarded guarded;

  private Id actor = Id.NONE;
  private Configuration configuration = Configuration.NONE;
  private Id stamp = Id.NONE;
  private Optional<Slot> living = Optional.empty();
  private long stopped; // the generation that has stopped counting; 0: none has
  private Batch batch; // the one that is being written

  /** Hears of what has become of changes, under the actor's lock. */
  interface Listener {
    /** Shares of the living slot have changed, and may be shown. */
    void counted();

    /** Another configuration is in force here. */
    void configured();
  }

  /** The next state, as one batch of changes makes it. */
  private final class Batch {
    final Id slot = living.map(Slot::id).orElseGet(() -> Id.random(random));
    final Map<CounterName, BigInteger> values = new LinkedHashMap<>();
    final Map<String, Id> newKeys = new LinkedHashMap<>();
    final List<AddOutcome> outcomes = new ArrayList<>();
    Configuration configured = configuration;
    long stopping = stopped;
    boolean isWritten; // false if there is nothing to write

    AddOutcome count(Change.Count count) {
      if (count.key().isPresent()) {
        String key = count.key().get();
        Id amounts = Keys.digest(count.amounts());
        Optional<Id> before = Optional.ofNullable(newKeys.get(key)).or(() -> keys.find(key));
        if (before.isPresent()) {
          return before.get().equals(amounts)
              ? new AddOutcome.Counted()
              : new AddOutcome.KeyReused();
        }
        newKeys.put(key, amounts);
      }
      count
          .amounts()
          .forEach(
              (name, amount) ->
                  values.merge(name, ownValue(name).add(amount), (sum, _) -> sum.add(amount)));
      return new AddOutcome.Counted();
    }

    void configure(UnaryOperator<Configuration> step) {
      Configuration next = step.apply(configured);
      if (!next.equals(configured)) {
        configured = next;
      }
    }

    List<byte[]> records() {
      var records = new ArrayList<byte[]>();
      long sequence = living.map(Slot::known).orElse(0L);
      for (var changed : values.entrySet()) {
        sequence++;
        records.add(record(slot, sequence, changed.getKey(), changed.getValue()));
      }
      newKeys.forEach((key, amounts) -> records.add(record(key, amounts)));
      if (!configured.equals(configuration)) {
        records.add(record(configured));
      }
      if (stopping != stopped) {
        records.add(record(stopping));
      }
      isWritten = !records.isEmpty();
      return records;
    }

    void apply() {
      if (!values.isEmpty()) {
        living = Optional.of(ledger.slot(slot, actor));
        long sequence = living.get().known();
        for (var changed : values.entrySet()) {
          sequence++;
          ledger.count(living.get(), changed.getKey(), changed.getValue(), sequence);
        }
      }
      newKeys.forEach(keys::add);
      set(configured);
      stopped = stopping;
    }
  }

  OwnState(
      Serial serial,
      RandomGenerator random,
      Ledger ledger,
      Keys keys,
      Listener listener,
      Guarded guarded) {
    this.guarded = guarded;
    this.serial = serial;
    this.random = random;
    this.ledger = ledger;
    this.keys = keys;
    this.listener = listener;
  }

  Id actor() {
    return actor;
  }

  Configuration configuration() {
    return configuration;
  }

  /**
   * Returns the generation of this actor that has stopped counting, since it was dropped, or 0 if
   * none has. It is forced.
   */
  long stopped() {
    return stopped;
  }

  /** Returns the digest of the configuration. */
  Id stamp() {
    return stamp;
  }

  /** Returns the slot of this life, if anything was counted in it. */
  Optional<Slot> living() {
    return living;
  }

  /** Returns the slots of this actor, of all of its lives that are known here. */
  List<Slot> own() {
    return ledger.slots().stream().filter(slot -> slot.actor().equals(actor)).toList();
  }

  @Override
  public void replay(byte[] record) {
    serial.run(() -> replay(new Input(record)));
  }

  private void replay(Input in) {
    int kind = in.octet();
    switch (kind) {
      case ACTOR -> actor = in.id();
      case CONFIGURATION -> set(Configuration.read(in).found());
      case COUNT -> replayCount(in);
      case RANGE -> {
        Range range = Range.read(in);
        ledger.merge(range);
        ledger.found(range);
      }
      case KEY -> keys.add(in.text(), in.id());
      case STOP -> stopped = in.number();
      default -> throw new MalformedException("a record of the kind " + kind);
    }
    in.requireEnd();
  }

  private void replayCount(Input in) {
    Slot slot = ledger.slot(in.id(), actor);
    long sequence = in.number();
    CounterName name = CounterName.read(in);
    BigInteger value = in.amount();
    if (sequence != slot.known() + 1) {
      // The share is true all the same, which counts where damage is passed over.
      ledger.found(ledger.take(slot, name, value, sequence));
      throw new MalformedException("sequence " + sequence + " after " + slot.known());
    }
    ledger.count(slot, name, value, sequence);
  }

  /** Makes a new actor, unless a log was found. To be called before the first snapshot. */
  void beBornIfNew() {
    if (actor.equals(Id.NONE)) {
      actor = Id.random(random);
    }
  }

  @Override
  public void damaged() {
    serial.run(ledger::doubt);
  }

  @Override
  public Iterable<byte[]> snapshot() {
    return serial.call(
        () -> {
          beBornIfNew();
          var records = new ArrayList<byte[]>();
          records.add(new Output().octet(ACTOR).id(actor).toBytes());
          if (!configuration.isNone()) {
            records.add(record(configuration));
          }
          if (stopped > 0) {
            records.add(record(stopped));
          }
          var used = new ArrayList<Map.Entry<String, Id>>();
          keys.forEach((key, amounts) -> used.add(Map.entry(key, amounts)));
          List<Slot> slots = own();
          return () ->
              Stream.concat(
                      Stream.concat(
                          records.stream(),
                          SlotParts.of(serial, ledger.sizes(), slots).map(OwnState::record)),
                      used.stream().map(key -> record(key.getKey(), key.getValue())))
                  .iterator();
        });
  }

  private static byte[] record(Configuration configuration) {
    var out = new Output().octet(CONFIGURATION);
    configuration.write(out);
    return out.toBytes();
  }

  private static byte[] record(Range range) {
    var out = new Output().octet(RANGE);
    range.write(out);
    return out.toBytes();
  }

  private static byte[] record(Id slot, long sequence, CounterName name, BigInteger value) {
    var out = new Output().octet(COUNT).id(slot).number(sequence);
    name.write(out);
    return out.amount(value).toBytes();
  }

  private static byte[] record(long stopped) {
    return new Output().octet(STOP).number(stopped).toBytes();
  }

  private static byte[] record(String key, Id amounts) {
    return new Output().octet(KEY).text(key).id(amounts).toBytes();
  }

  @Override
  public List<byte[]> records(List<Change> changes) {
    return serial.call(() -> recordsOf(changes));
  }

  private List<byte[]> recordsOf(List<Change> changes) {
    batch = new Batch();
    for (Change change : changes) {
      batch.outcomes.add(
          switch (change) {
            case Change.Count count -> batch.count(count);
            case Change.Stop stop -> {
              batch.stopping = stop.generation();
              yield new AddOutcome.Counted();
            }
            case Change.Configure configure -> {
              batch.configure(configure.step());
              yield new AddOutcome.Counted();
            }
          });
    }
    return batch.records();
  }

  private BigInteger ownValue(CounterName name) {
    return living
        .flatMap(slot -> ledger.counter(name).flatMap(counter -> counter.find(slot)))
        .map(Share::value)
        .orElse(BigInteger.ZERO);
  }

  @Override
  public void forced(List<Change> changes) {
    serial.run(
        () -> {
          boolean isConfigured = !batch.configured.equals(configuration);
          boolean isCounted = !batch.values.isEmpty();
          apply(changes);
          if (batch.isWritten) {
            keys.endDoubts();
          }
          if (isConfigured) {
            guarded.run(listener::configured);
          }
          for (int i = 0; i < changes.size(); i++) {
            answer(changes.get(i), batch.outcomes.get(i));
          }
          if (isCounted) {
            guarded.run(listener::counted);
          }
        });
  }

  /** If that fails, its sequences are on the disk all the same, and must not be used again. */
  private void apply(List<Change> changes) {
    boolean isDone = false;
    try {
      batch.apply();
      isDone = true;
    } finally {
      if (!isDone) {
        living = Optional.empty();
        changes.forEach(change -> answer(change, new AddOutcome.Unknown()));
      }
    }
  }

  @Override
  public void failed(List<Change> changes, Failure failure) {
    serial.run(
        () -> {
          if (failure == Failure.UNKNOWN) {
            living = Optional.empty(); // a copy of the disk may have used its next sequences
            changes.forEach(change -> keyOf(change).ifPresent(keys::doubt));
          }
          changes.forEach(change -> answer(change, failed(change, failure)));
        });
  }

  /** Of a repetition nothing was written, and of the request before it there may be. */
  private AddOutcome failed(Change change, Failure failure) {
    boolean isDoubtful = keyOf(change).filter(keys::isDoubtful).isPresent();
    return failure == Failure.UNKNOWN || isDoubtful
        ? new AddOutcome.Unknown()
        : new AddOutcome.NotCounted("the disk takes nothing");
  }

  private static Optional<String> keyOf(Change change) {
    return change instanceof Change.Count count ? count.key() : Optional.empty();
  }

  private void answer(Change change, AddOutcome outcome) {
    guarded.run(
        () -> {
          switch (change) {
            case Change.Count count -> count.then().accept(outcome);
            case Change.Stop stop -> stop.then().accept(outcome instanceof AddOutcome.Counted);
            case Change.Configure configure -> configure.then().accept(stored(outcome));
          }
        });
  }

  private static Stored stored(AddOutcome outcome) {
    return switch (outcome) {
      case AddOutcome.Counted _ -> Stored.FORCED;
      case AddOutcome.NotCounted _, AddOutcome.KeyReused _ -> Stored.NOT;
      case AddOutcome.Unknown _ -> Stored.UNKNOWN;
    };
  }

  private void set(Configuration next) {
    if (!next.equals(configuration)) {
      configuration = next;
      stamp = next.stamp();
    }
  }
}
