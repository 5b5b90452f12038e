package dev.holdfast.files;

import dev.holdfast.metrics.Meters;
import dev.holdfast.origin.Origin;
import dev.holdfast.staging.Pending;
import dev.holdfast.staging.StagingStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/**
 * The parts of a file service, wired. Nothing runs before {@link BackgroundWork#start}.
 *
 * <p>Threading: immutable.
 */
final class FileParts {
  /** Kept writes that are compared at once: few, since each takes a place from the reads. */
  private static final int COMPARISONS_MAX = 2;

  private final Reads reads;
  private final ClientWrites writes;
  private final Settling settling;
  private final Settler settler;
  private final StatusReport status;
  private final BackgroundWork work;

  /**
   * The common parts of services of several stores in front of one origin.
   *
   * @param settlers how many pending writes of a store are brought to the origin at once, 1 or more
   * @param caller the requests that the services are used for
   */
  record Shared(
      FilesConfig config,
      Origin origin,
      int settlers,
      ReservedNames names,
      Caller caller,
      InstantSource clock,
      RandomGenerator random) {}

  /**
   * @param ownsOrigin true to close the origin with the work of this service
   */
  FileParts(Shared shared, boolean ownsOrigin, StagingStore store, Meters allMeters) {
    FilesConfig config = shared.config();
    Origin origin = shared.origin();
    ReservedNames names = shared.names();
    Caller caller = shared.caller();
    RandomGenerator random = shared.random();
    var meters = new FileMeters(allMeters);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    var damaged = new Damaged(meters);
    var index = new Index(config.knownEntriesMax(), Duration.ofMillis(config.absentTtlMs()));
    var shelf = new Shelf(store, index, config.linksAbsences());
    var fetcher =
        new OriginFetcher(origin, store, shelf, index, names, damaged, config, random, meters);
    var fetches =
        new Fetches(
            fetcher, threads, config.fetchesMax(), config.answerWithinMs(), names, caller, meters);
    var delivery = new Delivery(origin, shelf);
    var comparing = new OriginComparing(origin, shelf);
    var keeper =
        new Keeper(
            store,
            shelf,
            comparing,
            comparing::probe,
            this::settle,
            threads,
            COMPARISONS_MAX,
            System::nanoTime,
            meters);
    this.settler = new Settler(origin, store, shelf, delivery, keeper, config, random, meters);
    var through =
        new WritesThrough(
            origin, store, shelf, fetcher, delivery, keeper, settler, caller, threads, config,
            random);
    var ordinary = new Writes(store, shelf, fetches, settler, through, config);
    var quickWrites = new QuickWrites(store, ordinary, threads);
    this.reads = new Reads(store, shelf, fetches);
    this.writes =
        new ClientWrites(config.mode(), store, shelf, ordinary, quickWrites, names, damaged);
    this.settling = new Settling(store, shared.clock());
    this.status =
        new StatusReport(config.mode(), origin, store, settling, settler, damaged, meters);
    this.work =
        new BackgroundWork(
            config,
            origin,
            ownsOrigin,
            store,
            shelf,
            index,
            delivery,
            settler,
            settling,
            keeper,
            quickWrites,
            threads);
    meters.mode(config.mode().word());
    meters.pendingOldestSeconds(() -> settling.oldestPendingMs() / 1000.0);
  }

  Reads reads() {
    return reads;
  }

  ClientWrites writes() {
    return writes;
  }

  Settling settling() {
    return settling;
  }

  StatusReport status() {
    return status;
  }

  BackgroundWork work() {
    return work;
  }

  /** The keeper settles by a settler that is made after it, and knows it. */
  private void settle(Pending lost) {
    settler.add(lost);
  }
}
