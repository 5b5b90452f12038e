package dev.holdfast.files;

import dev.holdfast.metrics.Meters;
import dev.holdfast.names.Name;
import dev.holdfast.names.StoredName;
import dev.holdfast.origin.Deadline;
import dev.holdfast.origin.Origin;
import dev.holdfast.staging.Content;
import dev.holdfast.staging.NoRoomException;
import dev.holdfast.staging.Pending;
import dev.holdfast.staging.Spool;
import dev.holdfast.staging.StagingStore;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and writes of names, without HTTP.
 *
 * <p>Threading: may be used from any number of threads. Closed once; who still uses it then gets
 * exceptions.
 */
public final class FileService implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FileService.class);

  /** Kept writes that are compared at once: few, since each takes a place from the reads. */
  private static final int COMPARISONS_MAX = 2;

  private static final long PROBE_WAIT_MS = 10_000;

  /** Of the refused writes, so many are shown. */
  private static final int REFUSED_SHOWN = 100;

  private final InstantSource clock;
  private final FilesConfig config;
  private final Origin origin;
  private final boolean ownsOrigin;
  private final int settlers;
  private final RandomGenerator random;
  private final StagingStore store;
  private final Index index;
  private final Shelf shelf;
  private final Fetches fetches;
  private final Keeper keeper;
  private final Settler settler;
  private final Writes writes;
  private final QuickWrites quickWrites;
  private final ReservedNames names;
  private final Caller caller;
  private final Damaged damaged;
  private final FileMeters meters;
  private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();
  private final Settling settling;
  private final Sweeps sweeps = new Sweeps();

  /** Ends what {@link Keeper} hears of the origin. */
  private Runnable deaf = () -> {};

  /**
   * A service that closes its origin when it is closed.
   *
   * @param settlers how many pending writes are brought to the origin at once, 1 or more
   * @param caller the requests that this service is used for
   */
  public FileService(
      FilesConfig config,
      Origin origin,
      StagingStore store,
      int settlers,
      ReservedNames names,
      Caller caller,
      InstantSource clock,
      RandomGenerator random,
      Meters meters) {
    this(config, origin, true, store, settlers, names, caller, clock, random, meters);
  }

  private FileService(
      FilesConfig config,
      Origin origin,
      boolean ownsOrigin,
      StagingStore store,
      int settlers,
      ReservedNames names,
      Caller caller,
      InstantSource clock,
      RandomGenerator random,
      Meters allMeters) {
    var meters = new FileMeters(allMeters);
    this.clock = clock;
    this.names = names;
    this.caller = caller;
    this.damaged = new Damaged(meters);
    this.ownsOrigin = ownsOrigin;
    this.settlers = settlers;
    this.random = random;
    this.config = config;
    this.meters = meters;
    this.origin = origin;
    this.store = store;
    this.settling = new Settling(store, clock);
    this.index = new Index(config.knownEntriesMax(), Duration.ofMillis(config.absentTtlMs()));
    this.shelf = new Shelf(store, index);
    var fetcher =
        new OriginFetcher(origin, store, shelf, index, names, damaged, config, random, meters);
    this.fetches =
        new Fetches(
            fetcher,
            background,
            config.fetchesMax(),
            config.answerWithinMs(),
            names,
            caller,
            meters);
    var delivery = new Delivery(origin, shelf);
    this.keeper =
        new Keeper(
            store,
            shelf,
            new OriginComparing(origin, shelf),
            this::probe,
            this::settle,
            background,
            COMPARISONS_MAX,
            System::nanoTime,
            meters);
    this.settler = new Settler(origin, store, shelf, delivery, keeper, config, random, meters);
    var through =
        new WritesThrough(
            origin,
            store,
            shelf,
            fetcher,
            delivery,
            keeper,
            settler,
            caller,
            background,
            config,
            random);
    this.writes = new Writes(store, shelf, fetches, settler, through, config);
    this.quickWrites = new QuickWrites(store, writes, background);
    for (Pending left : store.allPending()) {
      delivery.doubt(left.name());
      settler.add(left);
    }
    if (store.kept().keeping().ms() > 0) {
      keeper.start(); // before anything settles: it takes up what an earlier process kept
      deaf = origin.onAnswer(keeper::answered);
      sweeps.letGoOfKept(keeper, store.kept().keeping().ms());
    }
    settler.start(settlers);
    meters.mode(modeWord());
    meters.pendingOldestSeconds(() -> settling.oldestPendingMs() / 1000.0);
    if (config.cleanTtlMs() > 0) {
      sweeps.expire(store, config.cleanTtlMs());
    }
  }

  /**
   * A service of another store in front of the same origin, where the two share what is allowed at
   * once. Close both; the origin is closed with this one.
   */
  public FileService beside(StagingStore other, Meters otherMeters) {
    return new FileService(
        config, origin, false, other, settlers, names, caller, clock, random, otherMeters);
  }

  /** Keeps a file, also one that is not here yet, from being evicted until this is closed. */
  public Closeable hold(Name name) {
    store.hold(name.stored());
    return () -> store.letGo(name.stored());
  }

  /** What can be said of a file without a change of anything; empty if that is nothing. */
  public Optional<ReadOutcome> glance(Name name) throws IOException {
    return shelf.glance(name.stored());
  }

  /** Makes sure that a file is published, if there is one. */
  public ReadOutcome read(Name name) throws IOException, InterruptedException {
    Optional<ReadOutcome> here = shelf.look(name.stored());
    if (here.isEmpty()) {
      here = shelf.lookAfterChange(name.stored());
    }
    return here.isPresent() ? here.get() : fetches.fetch(name.stored());
  }

  /** Opens a published file; empty if it was withdrawn since it was read. */
  public Optional<OpenedFile> open(Name name) throws IOException {
    return shelf.open(name.stored());
  }

  /**
   * Makes a place for the body of a put of a name.
   *
   * @param length in bytes, or -1 if it is not known
   * @throws dev.holdfast.staging.NoRoomException if there is no room for it
   */
  public Upload upload(Name name, long length) throws IOException, InterruptedException {
    return new Upload(store.spoolWritten(length, names.digest(name.stored())));
  }

  /**
   * Makes a place for a body of which the name is not known yet.
   *
   * @param length in bytes, or -1 if it is not known
   * @param digest what is to be found of it
   * @throws dev.holdfast.staging.NoRoomException if there is no room for it
   */
  public Upload upload(long length, Upload.Digest digest) throws IOException, InterruptedException {
    return new Upload(store.spoolWritten(length, digest.begin()));
  }

  /** What can be said of a file without the origin; empty if that is nothing. */
  public Optional<ReadOutcome> look(Name name) throws IOException {
    return shelf.look(name.stored());
  }

  /** What reads a file from its beginning. */
  public interface Reader {
    /** Reads it; the size is in bytes. */
    void read(InputStream bytes, long size) throws IOException;
  }

  /** Has a file read; false if there is none to be had. */
  public boolean read(Name name, Reader reader) throws IOException, InterruptedException {
    Optional<OpenedFile> opened;
    try (Closeable _ = hold(name)) {
      opened = read(name) instanceof ReadOutcome.Here ? open(name) : Optional.empty();
    }
    if (opened.isPresent()) {
      try (InputStream bytes = opened.get().bytes()) {
        reader.read(bytes, opened.get().content().size());
      }
    }
    return opened.isPresent();
  }

  /** Whether clients may delete a file of this name. */
  public boolean mayDelete(Name name) {
    return names.mayDelete(name.stored());
  }

  /** Puts a body. Takes the upload over, whatever comes of it. */
  public Written put(Name name, Upload upload, Precondition precondition)
      throws IOException, InterruptedException {
    Spool body = upload.spool();
    Content content;
    try {
      Optional<String> address = names.sha256(name.stored());
      if (address.isPresent() && !address.get().equals(body.sha256())) {
        body.close();
        return new Written.OtherDigest(body.sha256());
      }
      if (precondition.needsCurrent() && isUnmetHere(name, precondition)) {
        body.close(); // of many who bring the same at once, most need not force it
        return new Written.Unmet();
      }
      content = body.finishForced();
    } catch (NoRoomException e) {
      body.close();
      return new Written.NoRoom(e.getMessage());
    } catch (IOException | RuntimeException e) {
      body.close();
      throw e;
    }
    return replaced(name, writes.put(name.stored(), body, content, precondition));
  }

  private boolean isUnmetHere(Name name, Precondition precondition) throws IOException {
    return shelf.look(name.stored()).orElse(null) instanceof ReadOutcome.Here here
        && !precondition.holds(Optional.of(here.content()));
  }

  /** Deletes a file, whether there is one or not. */
  public Written delete(Name name, Precondition precondition)
      throws IOException, InterruptedException {
    return replaced(name, writes.delete(name.stored(), precondition));
  }

  /** What does the writes of a name that have no precondition and need not wait for anything. */
  public Optional<QuickWrites> quickWrites(Name name) {
    return config.mode() == FilesConfig.Mode.BEHIND
            && !quickWrites.isCrowded()
            && names.sha256(name.stored()).isEmpty()
        ? Optional.of(quickWrites)
        : Optional.empty();
  }

  /** What was wrong with a file is so no more when it was written anew, or deleted. */
  private Written replaced(Name name, Written written) {
    if (written instanceof Written.Done && names.sha256(name.stored()).isPresent()) {
      damaged.remove(name.stored());
    }
    return written;
  }

  /** How the service stands. */
  public Status status() {
    return new Status(
        modeWord(),
        store.pendingCount(),
        store.pendingBytes(),
        settling.oldestPendingMs(),
        store.kept().count(),
        store.kept().bytes(),
        store.coalescedCount(),
        (long) meters.settled().count(),
        meters.settleFailures(),
        settler.refused(REFUSED_SHOWN),
        damaged.shown(REFUSED_SHOWN),
        origin.state(),
        store.recovered());
  }

  /** Waits like {@link Settling#awaitSettled}. */
  public List<StoredName> awaitSettled(long waitMs) throws InterruptedException {
    return settling.awaitSettled(waitMs);
  }

  /** Waits like {@link Settling#awaitNothingKept}. */
  public List<StoredName> awaitNothingKept(long waitMs) throws IOException, InterruptedException {
    return settling.awaitNothingKept(waitMs);
  }

  /**
   * Returns the number of pending and kept writes of names that are not this sidecar's any more:
   * they moved to another one.
   */
  public long writesOfOthers(Predicate<StoredName> owns) {
    return settling.countOfOthers(owns);
  }

  private String modeWord() {
    return config.mode().name().toLowerCase(Locale.ROOT);
  }

  /**
   * Brings pending writes to the origin for as long as the configuration allows, then ends all that
   * is under way. What is left stays pending on disk.
   */
  @Override
  public void close() {
    sweeps.close();
    deaf.run();
    int left = settling.settleBeforeStop(config.stopSettleMs());
    if (left > 0) {
      log.warn("{} writes are not settled yet; they are kept and go on at the next start", left);
    }
    settler.close();
    // Of requests at an origin that others use, too, nobody knows whose they are.
    boolean quiet = origin.inProgress() == 0 && (ownsOrigin || left == 0);
    if (ownsOrigin) {
      origin.close();
    }
    // Whoever opens the store next must find nobody here who still changes it.
    quickWrites.close();
    Threads.end(settler.workers());
    Threads.end(background);
    index.close();
    if (quiet && !origin.hasCutOff()) {
      noteStopped();
    }
  }

  private void noteStopped() {
    try {
      store.noteStopped();
    } catch (IOException e) {
      log.warn("the next start will wait for requests that are not there", e);
    }
  }

  private void probe() {
    try {
      origin.probe(Deadline.inMs(PROBE_WAIT_MS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void settle(Pending lost) {
    settler.add(lost);
  }
}
