package dev.holdfast.watcher.service;

import dev.holdfast.disk.Disk;
import dev.holdfast.watcher.store.Database;
import dev.holdfast.watcher.store.DatabaseConfig;
import dev.holdfast.watcher.store.Maintenance;
import dev.holdfast.watcher.store.ResultWriter;
import dev.holdfast.watcher.store.StoredEndpoints;
import dev.holdfast.watcher.thread.LastingThread;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that waits for the database, so that no check does: it opens the database, brings its
 * endpoints to the agent, and keeps its tables.
 *
 * <p>Threading: two threads of its own. Any thread may read.
 */
final class Keeper implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(Keeper.class);
  private static final long LOOK_MS = 2_000;
  private static final int PAUSE_MS = 5_000;
  private static final long UPKEEP_MS = 60_000;
  private static final long PROGRESS_MS = 10_000;

  private final WatchConfig config;
  private final EachAddress.Watching agent;
  private final Checking checking;
  private final Results results;
  private final Disk disk;
  private final Path spool;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final LastingThread thread;
  private final LastingThread upkeep;
  private volatile String waitingFor = "the database is not asked yet";
  private volatile Optional<Database> database = Optional.empty();
  private volatile Optional<WatchedList> list = Optional.empty();
  private volatile boolean isLoaded;
  private boolean isListFailing; // for the thread
  private Optional<Maintenance> maintenance = Optional.empty(); // for the upkeep
  private volatile String lastUpkeep = "none yet";

  /**
   * @param checking the engine, which this warms up, and which resolves names
   * @param spool the directory of the results that wait on disk
   */
  Keeper(
      WatchConfig config,
      EachAddress.Watching agent,
      Checking checking,
      Results results,
      Disk disk,
      Path spool) {
    this.config = config;
    this.agent = agent;
    this.checking = checking;
    this.results = results;
    this.disk = disk;
    this.spool = spool;
    this.thread = new LastingThread("watch-keeper", PAUSE_MS, log, this::keep);
    this.upkeep = new LastingThread("watch-upkeep", PAUSE_MS, log, this::upkeep);
  }

  /** Starts its threads. */
  void start() {
    thread.start();
  }

  /** Returns true once the agent has the list of the database. */
  boolean isLoaded() {
    return isLoaded;
  }

  /** Returns how it stands with the database, for people. */
  String state() {
    if (!waitingFor.isEmpty()) {
      return waitingFor;
    }
    boolean isFailing = results.writer().map(ResultWriter::isFailing).orElse(false);
    return isFailing ? "it takes no results; they are kept" : "ready";
  }

  /** Returns true if the database took the last results. */
  boolean isDatabaseUp() {
    return results.writer().map(writer -> !writer.isFailing()).orElse(false);
  }

  /** Returns the list, or empty while the database was never ready. */
  Optional<WatchedList> list() {
    return list;
  }

  /** Returns how the last upkeep of the tables went, for people. */
  String lastUpkeep() {
    return lastUpkeep;
  }

  /** Returns its threads, and those that bring results into the database. */
  Stream<LastingThread> threads() {
    Stream<LastingThread> ofWriter =
        results.writer().map(ResultWriter::threads).orElseGet(Stream::of);
    return Stream.concat(Stream.of(thread, upkeep), ofWriter);
  }

  /** A turn of the keeper. After one that failed, the next one goes on where it stopped. */
  private boolean keep() throws InterruptedException {
    try {
      if (list.isEmpty()) {
        begin();
      }
      isListFailing = refresh(list.orElseThrow(), isListFailing);
      return !closing.await(LOOK_MS, TimeUnit.MILLISECONDS);
    } catch (CancellationException ending) {
      log.debug("the keeper ends", ending);
      return false;
    }
  }

  private void begin() throws InterruptedException {
    if (database.isEmpty()) {
      checking.warmUp(); // no endpoint is there before it is over
      database = Optional.of(open());
    }
    Database opened = database.get();
    if (results.writer().isEmpty()) {
      results.goTo(writer(opened));
    }
    upkeep.start();
    var stored = new StoredEndpoints(opened);
    var each =
        new EachAddress(agent, checking.probe()::addresses, stored::derive, System::nanoTime);
    list = Optional.of(new WatchedList(stored::since, agent, each, config.location()));
  }

  private boolean refresh(WatchedList watched, boolean wasFailing) {
    try {
      watched.refresh();
      waitingFor = "";
      if (!isLoaded) {
        log.info("the list of the database is loaded, revision {}", watched.revision());
      }
      isLoaded = true;
      return false;
    } catch (SQLException | RuntimeException | Error e) {
      if (closing.getCount() == 0) {
        log.debug("the stop has cut a reading of the list", e);
        return true;
      }
      // Goes on: the agent checks what it has, and the next turn reads again.
      if (!isLoaded) {
        waitingFor = "the list of endpoints cannot be read: " + e.getMessage();
      }
      if (!wasFailing) {
        log.warn("the list of endpoints cannot be read; the one before is checked on", e);
      }
      return true;
    }
  }

  /** Waits for the database, however long that takes. */
  private Database open() throws InterruptedException {
    while (true) {
      try {
        var progress = new Progress();
        return Database.open(config.database(), progress);
      } catch (Database.NotReadyException e) {
        waitingFor = e.getMessage();
        log.error("{}. The watcher waits for it", e.getMessage());
      }
      pause();
    }
  }

  /** Logs now and then that the database is waited for, and ends the wait at the stop. */
  private final class Progress implements Database.Progress {
    private long loggedMs = -PROGRESS_MS;

    @Override
    public void notReady(long waitedMs, String reason) {
      if (closing.getCount() == 0) {
        throw new CancellationException("the watcher stops");
      }
      DatabaseConfig wanted = config.database();
      waitingFor = "waiting for " + wanted + ": " + reason;
      if (waitedMs - loggedMs >= PROGRESS_MS) {
        loggedMs = waitedMs;
        log.info("waiting for {} since {} ms: {}", wanted, waitedMs, reason);
      }
    }
  }

  private ResultWriter writer(Database opened) throws InterruptedException {
    while (true) {
      try {
        return ResultWriter.start(
            opened, config.writer(), config.location(), disk, spool, InstantSource.system());
      } catch (SQLException | IOException e) {
        if (closing.getCount() == 0) {
          throw new CancellationException("the watcher stops");
        }
        waitingFor = "results cannot be written: " + e.getMessage();
        log.error("results cannot be written yet; the watcher tries again", e);
      }
      pause();
    }
  }

  private void pause() throws InterruptedException {
    if (closing.await(PAUSE_MS, TimeUnit.MILLISECONDS)) {
      throw new CancellationException("the watcher stops");
    }
  }

  /** A turn of the upkeep. */
  private boolean upkeep() throws InterruptedException {
    if (maintenance.isEmpty()) {
      maintenance =
          Optional.of(
              new Maintenance(database.orElseThrow(), config.retention(), InstantSource.system()));
    }
    try {
      Maintenance.Done done = maintenance.get().run();
      lastUpkeep = done.windows() + " windows, " + done.daysDropped() + " days dropped";
    } catch (SQLException | RuntimeException | Error e) {
      if (closing.getCount() == 0) {
        log.debug("the stop has cut an upkeep; the next start does what is left", e);
        return false;
      }
      // Goes on: the next run does what is left.
      lastUpkeep = "failed: " + e.getMessage();
      log.warn("the tables could not be kept; the next run does what is left", e);
    }
    return !closing.await(UPKEEP_MS, TimeUnit.MILLISECONDS);
  }

  /**
   * Ends. Results that the database does not have go to the disk, before anything else is waited
   * for: the threads of this object may wait for an answer of a database that is gone.
   */
  @Override
  public void close() {
    closing.countDown();
    try {
      results.writer().ifPresent(ResultWriter::close);
      database.ifPresent(Database::close); // cuts a reading of the list, and an upkeep
      thread.join();
      results.writer().ifPresent(ResultWriter::close); // one that was begun meanwhile
      database.ifPresent(Database::close); // the same
      upkeep.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
