package dev.holdfast.counters.http;

import dev.holdfast.counters.AddOutcome;
import dev.holdfast.counters.Id;
import dev.holdfast.counters.Meters;
import dev.holdfast.counters.ReadOutcome;
import dev.holdfast.metrics.Buckets;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The meters of an actor.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class CounterMeters implements Meters {
  private static final Logger log = LoggerFactory.getLogger(CounterMeters.class);

  /** Twins that are named in the log; further ones are only counted. */
  private static final int TWINS_NAMED_MAX = 100;

  private final Counter counted;
  private final Counter refused;
  private final Counter unknown;
  private final Counter keysReused;
  private final Timer exact;
  private final Timer unavailable;
  private final Counter collects;
  private final Counter freezes;
  private final Counter remains;
  private final Counter failures;
  private final Counter twins;
  private final Counter foreignShares;
  private final Counter answered;
  private final Counter notListening;
  private final Counter silent;
  private final Counter sentBytes;
  private final Counter receivedBytes;
  private final dev.holdfast.metrics.Meters meters;
  private final Set<Id> twinsNamed = new HashSet<>(); // guarded by itself

  CounterMeters(dev.holdfast.metrics.Meters meters) {
    this.meters = meters;
    this.counted = increments("counted");
    this.refused = increments("refused");
    this.unknown = increments("unknown");
    this.keysReused = increments("key_reused");
    this.exact = reads("exact");
    this.unavailable = reads("unavailable");
    this.collects = rounds("collect");
    this.freezes = rounds("freeze");
    this.remains =
        meters.counter(
            "holdfast.counters.remains",
            "How often a round of a read took what a dead actor has left in its place.");
    this.failures =
        meters.counter(
            "holdfast.counters.failures",
            "Tasks of this actor that failed in a way that nobody foresaw.");
    this.twins =
        meters.counter(
            "holdfast.counters.twins",
            "Messages of another process with the identity of this one: a copied directory.");
    this.foreignShares =
        meters.counter(
            "holdfast.counters.foreign.shares",
            "Shares that others claim in the slot in which only this process counts. They are not"
                + " taken.");
    this.answered = requests("answered");
    this.notListening = requests("refused");
    this.silent = requests("silent");
    this.sentBytes =
        meters.counter(
            "holdfast.counters.peer.sent.bytes", "Bytes of the requests to other actors.");
    this.receivedBytes =
        meters.counter(
            "holdfast.counters.peer.received.bytes", "Bytes of the answers of other actors.");
  }

  private Counter increments(String outcome) {
    return meters.counter(
        "holdfast.counters.increments", "Requests to count, by their outcome.", "outcome", outcome);
  }

  private Timer reads(String outcome) {
    return Timer.builder("holdfast.counters.read")
        .description("Consistent reads, by their outcome, and how long they took.")
        .tag("outcome", outcome)
        .serviceLevelObjectives(Buckets.DURATIONS)
        .register(meters.registry());
  }

  private Counter rounds(String kind) {
    return meters.counter(
        "holdfast.counters.rounds",
        "Rounds of consistent reads in which all actors are asked, by their kind.",
        "kind",
        kind);
  }

  private Counter requests(String outcome) {
    return meters.counter(
        "holdfast.counters.peer.requests",
        "Requests of this actor to others, by their outcome.",
        "outcome",
        outcome);
  }

  /** Shows what the actor knows of itself and of the others. */
  void watch(LongSupplier names, LongSupplier slots, LongSupplier sequence) {
    meters.gauge("holdfast.counters.names", "Counters that this actor knows.", names);
    meters.gauge(
        "holdfast.counters.slots",
        "Slots of all actors: one for each life of a process that has counted.",
        slots);
    meters.gauge(
        "holdfast.counters.sequence", "Changes in the slot of this life of the process.", sequence);
  }

  /** Shows how many other actors there are. */
  void watchPeers(LongSupplier listed, LongSupplier reachable) {
    meters.gauge(
        "holdfast.counters.peers", "Other addresses of the configuration in force.", listed);
    meters.gauge(
        "holdfast.counters.peers.reachable",
        "Those of them that answered the last request.",
        reachable);
  }

  /** A request to another actor was answered. */
  void answered(int sent, int received) {
    answered.increment();
    sentBytes.increment(sent);
    receivedBytes.increment(received);
  }

  /** A request to another actor was not answered. */
  void notAnswered(int sent, boolean isRefused) {
    (isRefused ? notListening : silent).increment();
    sentBytes.increment(sent);
  }

  /** Returns how many messages of twins have come. */
  long twins() {
    return (long) twins.count();
  }

  @Override
  public void twin(Id process) {
    twins.increment();
    boolean isNew;
    synchronized (twinsNamed) {
      isNew = twinsNamed.size() < TWINS_NAMED_MAX && twinsNamed.add(process);
    }
    if (isNew) {
      log.error(
          "ANOTHER PROCESS, {}, HAS THE IDENTITY OF THIS ONE: its directory is a copy of this one."
              + " Both count, each in a slot of its own. Stop one of them, and give it an empty"
              + " directory",
          process);
    }
  }

  @Override
  public void foreignShare(Id actor) {
    foreignShares.increment();
    if (foreignShares.count() == 1) {
      log.error("{} brings a share of this process's own slot; it is not taken", actor);
    }
  }

  @Override
  public void added(AddOutcome outcome) {
    switch (outcome) {
      case AddOutcome.Counted _ -> counted.increment();
      case AddOutcome.NotCounted _ -> refused.increment();
      case AddOutcome.Unknown _ -> unknown.increment();
      case AddOutcome.KeyReused _ -> keysReused.increment();
    }
  }

  @Override
  public void read(ReadOutcome outcome, long nanos) {
    switch (outcome) {
      case ReadOutcome.Exact _ -> exact.record(nanos, TimeUnit.NANOSECONDS);
      case ReadOutcome.Unavailable _ -> unavailable.record(nanos, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void round(boolean isFreeze) {
    (isFreeze ? freezes : collects).increment();
  }

  @Override
  public void failed() {
    failures.increment();
  }

  @Override
  public void remains() {
    remains.increment();
  }
}
