package dev.holdfast.files;

import static dev.holdfast.names.Names.stored;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.metrics.Meters;
import dev.holdfast.names.StoredName;
import dev.holdfast.staging.Content;
import dev.holdfast.staging.ContentDigest;
import dev.holdfast.staging.Keeping;
import dev.holdfast.staging.Kept;
import dev.holdfast.staging.LeftWrites;
import dev.holdfast.staging.LoggedWrite;
import dev.holdfast.staging.Pending;
import dev.holdfast.staging.Spool;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.staging.StagingStore;
import dev.holdfast.staging.Stores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The staging store, the shelf and the keeper on a simulated disk, and an origin that loses what it
 * has not written back: one thread does what requests, settlers and sweeps do, so that a power cut
 * can come at every step.
 */
final class CrashWorld {
  static final Path VOLUME = Path.of("/volume");

  /** How long the origin may take to write back, and how long a settled write is kept. */
  private static final long WRITE_BACK_NANOS = 999_000;

  private static final long KEPT_MS = 1;

  private static final Meters METERS = new Meters(new SimpleMeterRegistry());
  private static final ForgetfulIndex INDEX = new ForgetfulIndex();
  private static final StagingLimits LIMITS =
      ServiceFixture.SMALL
          .withPendingCountMax(100)
          .withPublishedFilesMax(100)
          .withColdFilesMax(100)
          .withLogBytesMax(0);
  private static final Keeping KEEPING =
      Keeping.DEFAULT.withMs(KEPT_MS).withBytesMax(1 << 20).withCountMax(100);

  final SimulatedDisk disk;
  final UnforcedOrigin origin;

  private final Disk seen;
  private final Bug bug;
  private final AtomicLong nanos;
  private final boolean keeping;
  private final boolean logged;
  private String sidecar = "s";
  private Predicate<StoredName> owns = _ -> true;
  private StagingStore store;
  private Shelf shelf;
  private Keeper keeper;

  /** Of the last start; nginx starts under the same. */
  private String epoch;

  /** A mistake that the order of steps could have. */
  enum Bug {
    NONE,
    NO_DIRECTORY_FORCE,
    PUBLISH_BEFORE_PENDING,
    FORGOTTEN_BEFORE_CONFIRMED,
    PUT_REMOVED_BEFORE_DELETE_IS_MARKED,
    /** A put wins over a delete, whichever is the newer one. */
    PUT_WINS,
    /** A large file stays when its name changes. */
    LARGE_STAYS,
    /** nginx goes on answering that there is no file. */
    ABSENCE_STAYS,
    /** The removal of an entry reaches the disk before that of an older one. */
    OLDER_REMOVED_LAST,
    /** One marker serves two deletes of a name. */
    SHARED_MARKER,
    /** Numbers begin at 0 with each start. */
    VERSIONS_BEGIN_AGAIN,
    /** T goes on from before a start. */
    TIME_NOT_ANEW,
    /** A comparison is believed before T. */
    COMPARED_TOO_EARLY,
    /** A connection is believed that was made after the request was sent. */
    YOUNG_CONNECTION,
    /** A write is forgotten as soon as it is confirmed. */
    NOTHING_KEPT,
    /** A write that is taken back has replaced what was kept. */
    REFUSED_WRITE_REPLACES,
    /** The new owner does not wait for what the old one keeps. */
    OWNER_DOES_NOT_WAIT,
    /** A record of the log is taken for forced that is not. */
    RECORD_NOT_FORCED,
    /** A record goes before the file of its write is forced. */
    RECORD_GOES_FIRST,
    /** A file counts that no record confirms. */
    FILE_WITHOUT_RECORD,
    /** A record of an older write is left when the newest one has gone. */
    OLDER_RECORD_STAYS;

    Disk plantedIn(Disk disk, Function<String, Path> published) {
      return switch (this) {
        case NO_DIRECTORY_FORCE -> BuggyDisks.withoutDirectoryForce(disk);
        case PUBLISH_BEFORE_PENDING -> BuggyDisks.publishingBeforePending(disk, published);
        case PUT_REMOVED_BEFORE_DELETE_IS_MARKED -> BuggyDisks.removingPutBeforeMarkingDelete(disk);
        case PUT_WINS -> BuggyDisks.puttingPutsLast(disk);
        case LARGE_STAYS -> BuggyDisks.keepingLarge(disk);
        case ABSENCE_STAYS -> BuggyDisks.keepingLinks(disk);
        case SHARED_MARKER -> BuggyDisks.sharingMarkers(disk);
        case VERSIONS_BEGIN_AGAIN -> BuggyDisks.forgettingVersions(disk);
        case OLDER_REMOVED_LAST -> BuggyDisks.removingOlderLast(disk);
        case RECORD_NOT_FORCED -> BuggyDisks.notForcingRecords(disk);
        case RECORD_GOES_FIRST -> BuggyDisks.notForcingLoggedFiles(disk);
        case FILE_WITHOUT_RECORD -> BuggyDisks.countingLoggedFiles(disk);
        case OLDER_RECORD_STAYS -> BuggyDisks.dropping(disk, (byte) 'O');
        default -> disk;
      };
    }
  }

  CrashWorld(SimulatedDisk disk, Bug bug, boolean keeping) {
    this(disk, bug, keeping, false);
  }

  /**
   * @param logged true to have the write-ahead log make short writes durable
   */
  CrashWorld(SimulatedDisk disk, Bug bug, boolean keeping, boolean logged) {
    this(disk, new AtomicLong(), null, bug, keeping, logged);
  }

  private CrashWorld(
      SimulatedDisk disk,
      AtomicLong nanos,
      UnforcedOrigin origin,
      Bug bug,
      boolean keeping,
      boolean logged) {
    this.logged = logged;
    this.disk = disk;
    this.nanos = nanos;
    this.origin = origin == null ? new UnforcedOrigin(nanos::get, WRITE_BACK_NANOS) : origin;
    this.seen = bug.plantedIn(disk, name -> published().resolve(name));
    this.bug = bug;
    this.keeping = keeping && bug != Bug.NOTHING_KEPT;
  }

  /** The same world once more, to go on differently; no process runs in it. */
  CrashWorld copy() {
    var time = new AtomicLong(nanos.get());
    return new CrashWorld(disk.copy(), time, origin.copy(time::get), bug, keeping, logged);
  }

  /** Starts the process of a sidecar that has all names, or none any more. */
  void start(String boot, String name, boolean hasNames) throws IOException {
    sidecar = name;
    owns = _ -> hasNames;
    start(boot);
  }

  /** Starts the process: the boot says whether the kernel was restarted since the last time. */
  void start(String boot) throws IOException {
    epoch = boot;
    INDEX.forget(stored("a"));
    INDEX.forget(stored("b"));
    StagingLimits limits = LIMITS.withLogBytesMax(logged ? 1 << 20 : 0);
    store =
        Stores.open(
            seen,
            VOLUME,
            sidecar,
            keeping ? limits.withKeeping(KEEPING) : limits,
            () -> Instant.EPOCH,
            METERS,
            boot,
            owns,
            Runnable::run);
    shelf = new Shelf(store, INDEX.index(), true);
    keeper =
        new Keeper(
            store,
            shelf,
            this::compare,
            this::probe,
            _ -> {}, // all that is pending is settled by settle
            Runnable::run,
            1,
            this::keeperNanos,
            new FileMeters(METERS));
    // With the bug, as if the process before had been told so long ago.
    skewNanos = bug == Bug.TIME_NOT_ANEW ? -TimeUnit.MILLISECONDS.toNanos(KEPT_MS) : 0;
    keeper.start();
    skewNanos = bug == Bug.COMPARED_TOO_EARLY ? TimeUnit.MILLISECONDS.toNanos(KEPT_MS) : 0;
    origin.reconnect(); // no connection outlives its process
  }

  private long skewNanos;

  private long keeperNanos() {
    return nanos.get() + skewNanos;
  }

  private long tick() {
    return nanos.incrementAndGet();
  }

  private Keeper.Comparison compare(Kept kept) throws IOException {
    String own = null;
    if (kept.content().isPresent()) {
      try (InputStream bytes = shelf.openKept(kept).orElseThrow()) {
        own = new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
    return Objects.equals(own, origin.get(kept.name().toString()))
        ? new Keeper.Comparison.Same()
        : new Keeper.Comparison.Different();
  }

  private void probe() {
    answered(tick());
  }

  private void answered(long sentNanos) {
    long opened = bug == Bug.YOUNG_CONNECTION ? Long.MIN_VALUE / 2 : origin.openedNanos();
    keeper.answered(opened, sentNanos);
  }

  /** A PUT, to its acknowledgement. */
  void put(String name, String body) throws IOException, InterruptedException {
    if (!askLog(name, Optional.of(body.getBytes(StandardCharsets.UTF_8)))) {
      putAlone(name, body);
    }
  }

  /** Returns false if the log does not take a write; else it was acknowledged. */
  private boolean askLog(String name, Optional<byte[]> body) throws IOException {
    var failure = new AtomicReference<Exception>();
    var write =
        new LoggedWrite() {
          @Override
          public StoredName name() {
            return stored(name);
          }

          @Override
          public Optional<byte[]> body() {
            return body;
          }

          @Override
          public void staged(Pending write) {
            try {
              shelf.reveal(write);
            } catch (IOException e) {
              failure.set(e);
            }
          }

          @Override
          public void inDoubt(Pending write, Exception why) {
            failure.set(why);
          }

          @Override
          public void ended() {}

          @Override
          public void putOff() {
            failure.set(new IOException("put off"));
          }

          @Override
          public void failed(Exception why) {
            failure.set(why);
          }
        };
    boolean taken = store.log().ask(write);
    if (taken && (failure.get() != null || disk.isOff())) {
      throw new IOException("a write failed", failure.get());
    }
    return taken;
  }

  /** Forces the files of all records of the log. */
  void dropRecords() throws IOException {
    store.log().dropAll();
  }

  private void putAlone(String name, String body) throws IOException, InterruptedException {
    Lock lock = store.lock(stored(name));
    try (Spool spool = spool(body)) {
      lock.lock();
      try {
        shelf.reveal(store.stagePut(stored(name), spool));
      } finally {
        lock.unlock();
      }
    }
  }

  private Spool spool(String body) throws IOException, InterruptedException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    Spool spool = store.spoolWritten(bytes.length, new ContentDigest());
    spool.write(bytes, 0, bytes.length);
    spool.finishForced();
    return spool;
  }

  /**
   * A PUT through that the origin refuses; false if it cannot be taken back, and goes on behind.
   */
  boolean refusedPut(String name, String body) throws IOException, InterruptedException {
    Lock lock = store.lock(stored(name));
    try (Spool spool = spool(body)) {
      lock.lock();
      try {
        boolean first = store.pending(stored(name)).isEmpty();
        if (bug == Bug.REFUSED_WRITE_REPLACES && store.kept().of(stored(name)).isPresent()) {
          store.kept().leave(List.of(store.kept().of(stored(name)).get()));
        }
        Pending write = store.stagePut(stored(name), spool);
        if (first) {
          store.unstage(write);
        } else {
          shelf.reveal(write);
        }
        return first;
      } finally {
        lock.unlock();
      }
    }
  }

  /** A DELETE, to its acknowledgement. */
  void delete(String name) throws IOException, InterruptedException {
    if (!askLog(name, Optional.empty())) {
      deleteAlone(name);
    }
  }

  private void deleteAlone(String name) throws IOException, InterruptedException {
    Lock lock = store.lock(stored(name));
    lock.lock();
    try {
      shelf.reveal(store.stageDelete(stored(name), store.reserveDelete()));
    } finally {
      lock.unlock();
    }
  }

  /** Brings all that is pending to the origin. */
  void settle() throws IOException {
    for (Pending write : store.allPending()) {
      Optional<String> body = body(write);
      if (bug == Bug.FORGOTTEN_BEFORE_CONFIRMED) {
        shelf.settled(write);
        confirm(write, body);
      } else {
        long sentNanos = confirm(write, body);
        shelf.settled(write);
        keeper.confirmed(write, new Evidence(sentNanos, sentNanos, false));
        answered(sentNanos);
      }
    }
  }

  private long confirm(Pending write, Optional<String> body) {
    long sentNanos = tick();
    disk.pass("the origin is told");
    body.ifPresentOrElse(
        b -> origin.put(write.name().toString(), b), () -> origin.remove(write.name().toString()));
    tick();
    disk.pass("the origin has confirmed");
    tick();
    return sentNanos;
  }

  /** Time passes, until each kept write is due, and all of them are looked at. */
  void passTime() throws IOException {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(KEPT_MS) + 1);
    origin.passTime();
    disk.pass("time has passed");
    probe();
    for (int i = 0; i < 5; i++) { // probes, and then comparisons
      keeper.sweep();
    }
  }

  /** Looks at what is kept before any time has passed. */
  void sweepNow() throws IOException {
    probe();
    for (int i = 0; i < 5; i++) {
      keeper.sweep();
    }
  }

  /** Another process in the same world, for another sidecar. */
  CrashWorld beside() {
    return new CrashWorld(disk, nanos, origin, bug, keeping, logged);
  }

  /** Settles, and lets time pass, until the origin surely has all of it on its disk. */
  void drain() throws IOException {
    for (int i = 0; i < 10 && hasWrites(); i++) {
      settle();
      passTime();
    }
    if (hasWrites()) {
      throw new AssertionError(
          "pending for good: " + store.allPending() + ", or kept: " + store.kept().all());
    }
  }

  private boolean hasWrites() {
    return store.pendingCount() + store.kept().count() > 0;
  }

  /** Whether another sidecar has to wait for this one's directory; if not, its removals count. */
  boolean isReadyBeside(String other) throws IOException {
    if (bug == Bug.OWNER_DOES_NOT_WAIT) {
      return true;
    }
    Path directory = VOLUME.resolve(other);
    if (!LeftWrites.in(seen, directory).isEmpty()) {
      return false;
    }
    LeftWrites.force(seen, directory);
    return true;
  }

  private Optional<String> body(Pending write) throws IOException {
    return switch (write) {
      case Pending.Delete _ -> Optional.empty();
      case Pending.Put put -> {
        try (InputStream bytes = shelf.openPending(put).orElseThrow()) {
          String body = new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
          if (body.length() != put.content().size()) {
            throw new AssertionError("a pending body is not what it was: " + body);
          }
          yield Optional.of(body);
        }
      }
    };
  }

  /** What a read through the sidecar gives; {@code null} is an absent file. */
  String read(String name) throws IOException {
    Optional<ReadOutcome> here = shelf.look(stored(name));
    if (here.isEmpty()) {
      return origin.get(name); // a fetch
    }
    return switch (here.get()) {
      case ReadOutcome.Here(Content content, boolean _) -> {
        String body = served(name);
        if (body == null || body.length() != content.size()) {
          throw new AssertionError(name + " is said to be here, but is " + body);
        }
        yield body;
      }
      case ReadOutcome.Absent _ -> null;
      case ReadOutcome.Unavailable _, ReadOutcome.Nonsense _, ReadOutcome.Damaged _ ->
          throw new AssertionError("the shelf does not ask the origin");
    };
  }

  /** Clients ask for a name, and twice more if it is absent. */
  void askAgain(String name) throws IOException {
    if (shelf.look(stored(name)).isEmpty() && origin.get(name) == null) {
      shelf.fetchedAbsence(stored(name));
    }
    shelf.askedAbsent(stored(name));
    shelf.askedAbsent(stored(name));
  }

  /** Returns true if nginx says that there is no file, and asks nobody. */
  boolean isServedAbsent(String name) {
    return disk.isLink(published().resolve(name));
  }

  /** What nginx serves of a name, from the first directory that has it; {@code null} is nothing. */
  String served(String name) {
    for (String directory : new String[] {"", ".large", ".cold"}) {
      Path file = published().resolve(directory).resolve(name);
      if (disk.isLink(file)) {
        return null;
      }
      if (disk.isThere(file)) {
        return new String(disk.bytes(file), StandardCharsets.UTF_8);
      }
    }
    return null;
  }

  private Path published() {
    return VOLUME.resolve("published").resolve(epoch);
  }
}
