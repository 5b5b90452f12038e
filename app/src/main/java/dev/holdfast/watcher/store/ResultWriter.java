package dev.holdfast.watcher.store;

import dev.holdfast.disk.Disk;
import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Reason;
import dev.holdfast.watcher.thread.LastingThread;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings results into the database.
 *
 * <ol>
 *   <li>A result waits in memory, at most half a second for others.
 *   <li>One thread writes batches, the oldest first. It repeats a batch until it knows that the
 *       database has it.
 *   <li>While the database does not take them, and whenever many wait, another thread writes the
 *       oldest to disk. They come back from there, before all others.
 *   <li>A close writes what is left in memory: into the database, or to disk if that takes none.
 *       The next start finds it there.
 * </ol>
 *
 * <p>Threading: any thread may hand over results; it never waits. Two threads of this object do the
 * rest.
 */
public final class ResultWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ResultWriter.class);
  private static final long LOOK_MS = 100;
  private static final int FIRST_RETRY_MS = 50;

  /** The pause after a turn that failed, such as for want of memory, in ms. */
  private static final int PAUSE_MS = 100;

  /** A close waits so long for a database that takes what is left, in ms. */
  private static final long SOON_MS = 2_000;

  private final Database database;
  private final WriterConfig config;
  private final WriterCounts counts = new WriterCounts();
  private final Home home;
  private final Map<String, Integer> locations = new HashMap<>(); // for the writer's thread
  private final RowQueue queue;
  private final Spool spool;
  private final BatchWrite batches;
  private final LastingThread writer;
  private final LastingThread spooler;
  private volatile boolean isFailing;
  private List<Row> inHand = List.of(); // taken from the queue, and not written; for the writer

  private ResultWriter(
      Database database, WriterConfig config, Home home, Disk disk, Path dir, InstantSource clock)
      throws IOException {
    this.database = database;
    this.config = config;
    this.home = home;
    this.queue = new RowQueue(config.queueMax(), config.queueBytesMax(), counts);
    this.spool =
        Spool.open(
            disk,
            dir,
            home,
            new Spool.Limits(config.spoolBytesMax(), config.retryMs()),
            counts,
            System::nanoTime);
    this.batches = new BatchWrite(config.retentionDays(), database.isHypertable(), clock, counts);
    this.writer = new LastingThread("watch-writer", PAUSE_MS, log, this::write);
    this.spooler = new LastingThread("watch-spooler", PAUSE_MS, log, this::spool);
  }

  /**
   * Starts a writer. It takes up what an earlier process has left on disk.
   *
   * @param location the name of the location that the results are of. Rows that an earlier process
   *     has left keep theirs
   * @param dir a directory of this writer alone, which this makes if it is missing
   * @throws IOException if the directory cannot be made or read
   * @throws SQLException if the database fails
   */
  public static ResultWriter start(
      Database database,
      WriterConfig config,
      String location,
      Disk disk,
      Path dir,
      InstantSource clock)
      throws IOException, SQLException {
    var home = new Home(database.id(), location);
    var started = new ResultWriter(database, config, home, disk, dir, clock);
    boolean isRunning = false;
    try {
      started.locations.put(location, database.location(location));
      started.writer.start();
      started.spooler.start();
      isRunning = true;
      return started;
    } finally {
      if (!isRunning) {
        started.close(); // The next start has the directory: no thread of this one may be in it.
      }
    }
  }

  /** Takes a result. Returns at once. */
  public void add(CheckResult result) {
    queue.add(RowText.of(result));
  }

  /**
   * Takes a silence of the agent. Returns at once.
   *
   * @param afterMs in ms since the epoch
   * @param untilMs in ms since the epoch
   * @param slots how many slots are due in it
   */
  public void addGap(long afterMs, long untilMs, long slots, Reason reason) {
    queue.add(RowText.gap(afterMs, untilMs, slots, reason));
  }

  /** Returns the counts. */
  public WriterCounts counts() {
    return counts;
  }

  /** Returns how many rows wait in memory. */
  public int waiting() {
    return queue.size();
  }

  /** Returns true if the database did not take the last batch. */
  public boolean isFailing() {
    return isFailing;
  }

  /** Returns the threads that results need. */
  public Stream<LastingThread> threads() {
    return Stream.of(writer, spooler);
  }

  /** A turn of the writer. */
  private boolean write() throws InterruptedException {
    if (queue.isClosed()) {
      writeTheRest();
      return false;
    }
    Optional<Segment> segment = inHand.isEmpty() ? spool.take() : Optional.empty();
    if (segment.isPresent()) {
      replay(segment.get());
    } else {
      writeFromMemory();
    }
    return true;
  }

  /** Writes what is left at the close. If that fails, it goes to disk. */
  private void writeTheRest() throws InterruptedException {
    try {
      while (!isFailing && queue.size() + inHand.size() > 0) {
        writeFromMemory();
      }
    } catch (RuntimeException | Error e) {
      writer.failed(e);
    }
  }

  private void replay(Segment segment) throws InterruptedException {
    Optional<List<Row>> read = spool.read(segment);
    if (read.isEmpty()) {
      return; // it stays on disk, and the others come first
    }
    List<Row> rows = read.get();
    for (int from = 0; from < rows.size(); from += config.batchRows()) {
      int to = Math.min(rows.size(), from + config.batchRows());
      if (!isWritten(rows.subList(from, to), segment.home().location(), true)) {
        return; // it stays on disk
      }
      counts.replayed.add(to - from);
    }
    spool.done(segment);
  }

  private void writeFromMemory() throws InterruptedException {
    boolean isAgain = !inHand.isEmpty(); // the turn before has failed
    if (!isAgain) {
      queue.await(1, LOOK_MS);
      if (queue.size() == 0) {
        return;
      }
      queue.await(config.batchRows(), config.batchMs());
      inHand = queue.poll(config.batchRows());
    }
    if (!inHand.isEmpty() && !isWritten(inHand, home.location(), isAgain)) {
      spool.add(inHand);
    }
    inHand = List.of();
  }

  /**
   * Writes rows, however long that takes. Returns false if this is closed before.
   *
   * @param isKnownPerhaps true if the database may have some of them
   */
  private boolean isWritten(List<Row> rows, String location, boolean isKnownPerhaps)
      throws InterruptedException {
    boolean isDoubtful = isKnownPerhaps;
    int waitMs = FIRST_RETRY_MS;
    while (true) {
      try {
        attempt(rows, location, isDoubtful);
        noteSuccess();
        return true;
      } catch (SQLException e) {
        if (Failure.of(e) == Failure.OF_ROWS) {
          if (isDoubtful) {
            return isWrittenInParts(rows, location, e);
          }
          isDoubtful = true; // a key or a partition: repeated at once, in the other way
          continue;
        }
        isDoubtful = true;
        noteFailure(e);
      } catch (RuntimeException | Error e) { // a bug, or no memory; the rows stay
        isDoubtful = true;
        noteFailure(e);
      }
      if (queue.awaitClose(waitMs)) {
        return false;
      }
      waitMs = Math.min(2 * waitMs, config.retryMs());
    }
  }

  private void attempt(List<Row> rows, String location, boolean isDoubtful) throws SQLException {
    int number = numberOf(location);
    try (Connection connection = database.connection()) {
      boolean isDone = false;
      try {
        batches.write(connection, rows, number, isDoubtful);
        isDone = true;
      } finally {
        if (!isDone) {
          Rollback.quietly(connection);
        }
      }
    }
  }

  private int numberOf(String location) throws SQLException {
    Integer known = locations.get(location);
    if (known != null) {
      return known;
    }
    int number = database.location(location);
    locations.put(location, number);
    return number;
  }

  /** Finds the row that the database refuses, so that the others get through. */
  private boolean isWrittenInParts(List<Row> rows, String location, SQLException cause)
      throws InterruptedException {
    if (rows.size() == 1) {
      counts.refused.increment();
      log.error("the database refuses a row of {}", rows.getFirst().id(), cause);
      return true;
    }
    int half = rows.size() / 2;
    return isWritten(rows.subList(0, half), location, true)
        && isWritten(rows.subList(half, rows.size()), location, true);
  }

  private void noteFailure(Throwable e) {
    counts.failures.increment();
    boolean isFirst = !isFailing;
    isFailing = true;
    if (isFirst) { // once, not for every attempt
      log.warn("the database takes no results; they are kept: {}", e.toString());
    }
  }

  private void noteSuccess() {
    if (isFailing) {
      log.info("the database takes results again");
    }
    isFailing = false;
  }

  /** A turn of the spooler. */
  private boolean spool() throws InterruptedException {
    if (queue.isClosed()) {
      return false;
    }
    queue.await(config.spoolFrom(), LOOK_MS);
    int from = isFailing ? Math.min(config.batchRows(), config.spoolFrom()) : config.spoolFrom();
    if (queue.has(from)) {
      List<Row> rows = queue.poll(from);
      if (!rows.isEmpty()) {
        spool.add(rows);
      }
    }
    return true;
  }

  /**
   * Stops, and writes what is left in memory. Returns when that is done. It may wait for one answer
   * of a database that is gone, and for several of one that is there.
   */
  @Override
  public void close() {
    queue.close();
    try {
      if (isFailing || !writer.join(Duration.ofMillis(SOON_MS))) {
        spoolAll(); // the writer waits for an answer, which may take longer than a stop may
      }
      writer.join();
      spooler.join();
      if (!inHand.isEmpty()) { // its last turn has failed
        spool.add(inHand);
        inHand = List.of();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    spoolAll();
  }

  private void spoolAll() {
    List<Row> left = queue.poll(Integer.MAX_VALUE);
    while (!left.isEmpty()) {
      spool.add(left);
      left = queue.poll(Integer.MAX_VALUE);
    }
  }
}
