package dev.holdfast.counters.http;

import dev.holdfast.counters.Actor;
import dev.holdfast.counters.ActorStatus;
import dev.holdfast.counters.ActorStatus.PeerStatus;
import dev.holdfast.counters.Address;
import dev.holdfast.counters.Clock;
import dev.holdfast.counters.Configuration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says how an actor is: at its start in the log, and later in {@code /status} and {@code /metrics}.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class ActorReport {
  private static final Logger log = LoggerFactory.getLogger(ActorReport.class);

  /** Slots of all actors from which on the log warns. */
  private static final int SLOTS_WARNED = 1_000;

  /** How full the configuration may be of notes before there is a warning. */
  private static final int NOTES_WARNED_PERCENT = 50;

  /** How much of their memory counters may take before there is a warning. */
  private static final int MEMORY_WARNED_PERCENT = 80;

  private static final long SLOTS_LOOK_MS = 60_000;

  /** How old the figures of {@code /metrics} may be. */
  private static final long MEMORY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Actor actor;
  private final int slotsMax;
  private final CounterMeters meters;
  private final Map<String, Object> found;

  private ActorReport(Actor actor, int slotsMax, CounterMeters meters, Map<String, Object> found) {
    this.actor = actor;
    this.slotsMax = slotsMax;
    this.meters = meters;
    this.found = found;
  }

  /**
   * Reports the start of an actor, and begins to show its figures.
   *
   * @param isNew whether nobody was ever started in the directory before
   */
  static ActorReport of(
      Actor actor, Path directory, boolean isNew, CountersConfig config, CounterMeters meters) {
    ActorStatus status = actor.status();
    var found = new LinkedHashMap<String, Object>();
    found.put("directory", directory.toString());
    found.put("new", isNew);
    found.put("counters", status.counters());
    found.put("slots", status.slots());
    found.put("formerSlots", status.formerSlots());
    found.put("setAside", actor.setAside());
    var report = new ActorReport(actor, config.slotsMax(), meters, found);
    report.logStart(status, directory, isNew, config);
    report.watch();
    return report;
  }

  private void logStart(ActorStatus status, Path directory, boolean isNew, CountersConfig config) {
    if (isNew) {
      log.info("{} is a new actor, in {}", status.actor(), directory);
    } else {
      log.info(
          "{} goes on with {} counters and {} former slots of its own from {}; its configuration is"
              + " {}",
          status.actor(),
          status.counters(),
          status.formerSlots(),
          directory,
          status.configuration().actors());
    }
    if (!isNew && isFallback(directory, config)) {
      log.warn(
          "the values are old ones from {}, a directory of --fallback-dirs: delete it while no"
              + " actor runs to begin with none",
          directory);
    }
    for (String damage : actor.setAside()) {
      log.error("{}; what is intact of it is used, and the file is kept beside", damage);
    }
  }

  /** Looks at the number of slots now and then, and warns once if it is high. */
  void watchSlots(Clock clock) {
    int slots = actor.status().slots();
    if (slots < SLOTS_WARNED) {
      clock.after(SLOTS_LOOK_MS, () -> watchSlots(clock));
    } else {
      log.warn(
          "there are {} slots, one for each life of a process that has counted; from {} on an actor"
              + " that starts counts no more",
          slots,
          slotsMax);
    }
  }

  private static boolean isFallback(Path directory, CountersConfig config) {
    return config.fallbackDirs().contains(directory.getParent());
  }

  private void watch() {
    Supplier<ActorStatus> remembered = remembering();
    meters.watch(
        of(remembered, ActorStatus::counters),
        of(remembered, ActorStatus::slots),
        of(remembered, ActorStatus::sequence));
    meters.watchPeers(
        of(remembered, status -> status.peers().size()),
        of(remembered, status -> status.peers().stream().filter(PeerStatus::isReachable).count()));
  }

  private static LongSupplier of(Supplier<ActorStatus> status, ToLongFunction<ActorStatus> figure) {
    return () -> figure.applyAsLong(status.get());
  }

  /** Returns a supplier that asks the actor once for all figures of a scrape. */
  private Supplier<ActorStatus> remembering() {
    return new Supplier<>() {
      private ActorStatus last = actor.status(); // guarded by this
      private long askedNanos = System.nanoTime(); // guarded by this

      @Override
      public synchronized ActorStatus get() {
        if (System.nanoTime() - askedNanos > MEMORY_NANOS) {
          last = actor.status();
          askedNanos = System.nanoTime();
        }
        return last;
      }
    };
  }

  /** Returns the part of {@code /status}. */
  Map<String, Object> status() {
    ActorStatus now = actor.status();
    var status = new LinkedHashMap<String, Object>();
    status.put("actor", now.actor().toString());
    status.put("process", now.process().toString());
    status.put("state", state(now));
    status.put("configuration", configuration(now.configuration()));
    status.put("peers", now.peers().stream().map(ActorReport::peer).toList());
    status.put("unconfirmed", texts(now.unconfirmed()));
    status.put("counters", now.counters());
    status.put("slots", now.slots());
    status.put("slot", now.living().map(Object::toString).orElse("none yet"));
    status.put("sequence", now.sequence());
    status.put("found", found);
    status.put("warnings", warnings(now));
    return status;
  }

  private static String state(ActorStatus now) {
    if (now.configuration().isNone()) {
      return "not configured: it counts, and POST /config says who the actors are";
    }
    if (!now.isCounting()) {
      return "dropped from the configuration: it does not count";
    }
    return now.isListed() ? "counting" : "not in the configuration";
  }

  private static Map<String, Object> configuration(Configuration in) {
    var shown = new LinkedHashMap<String, Object>();
    if (!in.isNone()) {
      shown.put("line", in.line().toString());
      shown.put("version", in.version());
      shown.put("digest", in.stamp().toString());
      shown.put("actors", texts(in.actors()));
    }
    return shown;
  }

  private static List<String> texts(Iterable<Address> addresses) {
    var texts = new ArrayList<String>();
    addresses.forEach(address -> texts.add(address.toString()));
    return texts;
  }

  private static Map<String, Object> peer(PeerStatus peer) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("address", peer.address().toString());
    shown.put("actor", peer.actor().map(Object::toString).orElse("not heard yet"));
    shown.put("reachable", peer.isReachable());
    shown.put("sameConfiguration", peer.isAgreed());
    peer.heardAgeMs().ifPresent(ageMs -> shown.put("heardAgeMs", ageMs));
    peer.newsAgeMs().ifPresent(ageMs -> shown.put("newsAgeMs", ageMs));
    if (peer.failures() > 0) {
      shown.put("failures", peer.failures());
    }
    return shown;
  }

  private List<String> warnings(ActorStatus now) {
    var warnings = new ArrayList<String>();
    if (meters.twins() > 0) {
      warnings.add("another process has the identity of this one: its directory was copied");
    }
    now.peers().stream()
        .filter(peer -> peer.actor().filter(now.actor()::equals).isPresent())
        .forEach(
            peer ->
                warnings.add(
                    "the process at "
                        + peer.address()
                        + " has the identity of this one: the directory of one of them is a copy"));
    if (now.notesPercent() >= NOTES_WARNED_PERCENT) {
      warnings.add(
          "notes of former actors take "
              + now.notesPercent()
              + " % of their room: forget those that do not come back; POST /config leaves out"
              + " notes that are over");
    }
    if (now.memoryPercent() >= MEMORY_WARNED_PERCENT) {
      warnings.add("counters take " + now.memoryPercent() + " % of their memory");
    }
    if (now.slots() >= SLOTS_WARNED) {
      warnings.add("there are " + now.slots() + " slots");
    }
    return warnings;
  }
}
