package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.LogConfig;
import dev.holdfast.disk.LogOwner;
import dev.holdfast.disk.RecordLog;
import dev.holdfast.names.StoredName;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One half of the {@link WriteAheadLog}: a record log, and what its records are of. Its records go
 * all at once, when the files of all of them are forced.
 *
 * <p>Threading: the methods of {@link LogOwner} are called by one thread at a time; all others may
 * be called from any number of threads.
 */
final class LogHalf implements LogOwner<LogRequest> {
  private static final Logger log = LoggerFactory.getLogger(LogHalf.class);

  /** The names that one force has locked. */
  private static final int WRITES_PER_FORCE_MAX = 64;

  /** Each waits with its body. */
  private static final int WAITING_MAX = 1_024;

  /** What has to be written or waited for, and is no write: one for each thread. */
  private static final int WAITING_BESIDES = 256;

  private static final int AHEAD_BYTES = 4 * 1024 * 1024;

  static final LogConfig CONFIG =
      new LogConfig(
          "writes-",
          Optional.empty(),
          LogConfig.Damage.REFUSE,
          LogConfig.Ack.FORCED,
          WRITES_PER_FORCE_MAX,
          0,
          WAITING_MAX + WAITING_BESIDES,
          WriteAheadLog.BODY_BYTES_MAX + EntryName.FILE_NAME_MAX + LogRecord.OVERHEAD_BYTES,
          Integer.MAX_VALUE,
          AHEAD_BYTES);

  private final Disk disk;
  private final Path dir;
  private final NameLocks locks;
  private final Room room;
  private final Entries entries;
  private final InstantSource clock;
  private final RandomGenerator random;
  private RecordLog<LogRequest> recordLog; // set by open

  /** The latest version of each name that has a record. */
  private final Map<StoredName, Long> latest = new ConcurrentHashMap<>();

  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong changes = new AtomicLong();
  private volatile long firstMs;
  private volatile long lastMs;
  private volatile boolean failed;

  /** True while the files of all records are forced. */
  private volatile boolean covered = true;

  private LogHalf(WriteAheadLog.Parts parts, Path dir) {
    this.disk = parts.disk();
    this.dir = dir;
    this.locks = parts.locks();
    this.room = parts.room();
    this.entries = parts.entries();
    this.clock = parts.clock();
    this.random = new SplittableRandom(new SecureRandom().nextLong());
  }

  /**
   * Opens a half whose records, if there are any, count no more.
   *
   * @param server runs the log's task; empty for a thread of its own
   */
  static LogHalf open(WriteAheadLog.Parts parts, Path dir, Optional<Executor> server)
      throws IOException {
    var half = new LogHalf(parts, dir);
    half.recordLog =
        server.isPresent()
            ? RecordLog.open(parts.disk(), dir, CONFIG, half, server.get())
            : RecordLog.open(parts.disk(), dir, CONFIG, half);
    return half;
  }

  /** Queues a write; false if too many wait, or the log fails. */
  boolean ask(LoggedWrite write) {
    boolean isTaken =
        waiting.incrementAndGet() <= WAITING_MAX
            && !failed
            && recordLog.ask(new LogRequest(write, null));
    if (!isTaken) {
      waiting.decrementAndGet();
    }
    return isTaken;
  }

  /** Ends when all writes that were queued before have ended. */
  CompletableFuture<Void> askLast() {
    return ask(new LogRequest(null, null));
  }

  /** Writes down that all writes of a name up to a version are over, and waits for the force. */
  CompletableFuture<Void> askOver(StoredName name, long version) {
    return ask(new LogRequest(null, new LogRecord.Over(name, version)));
  }

  private CompletableFuture<Void> ask(LogRequest asked) {
    if (!recordLog.ask(asked)) {
      asked.done.completeExceptionally(new IOException("too many writes wait for " + dir));
    }
    return asked.done;
  }

  /** The bytes of its records. */
  long bytes() {
    return bytes.get();
  }

  boolean isEmpty() {
    return latest.isEmpty();
  }

  /** Returns true if the disk has not taken a record: a sweep mends that. */
  boolean isFailed() {
    return failed;
  }

  /** When the first of its records came, in ms since 1970. */
  long firstMs() {
    return firstMs;
  }

  /** When the last of its records came, in ms since 1970. */
  long lastMs() {
    return lastMs;
  }

  /** Returns true if the latest record of a name is of an older version than this. */
  boolean hasOlder(StoredName name, long version) {
    Long here = latest.get(name);
    return here != null && here < version;
  }

  /** The names of the records and their latest versions. */
  Map<StoredName, Long> latest() {
    return latest;
  }

  /** How often a record has come; to be given to {@link #drop}. */
  long changes() {
    return changes.get();
  }

  /** The body that a record has. */
  Optional<byte[]> body(StoredName name, long version) throws IOException {
    var found = new AtomicReference<byte[]>();
    RecordLog.look(
        disk,
        dir,
        CONFIG,
        bytes -> {
          if (LogRecord.decode(bytes) instanceof LogRecord.Put put
              && put.version() == version
              && put.name().equals(name)) {
            found.set(put.body());
          }
        });
    return Optional.ofNullable(found.get());
  }

  /**
   * Drops all records, durably, if none has come since.
   *
   * @param seen the {@link #changes} of before the first of their files was forced
   */
  void drop(long seen) throws IOException {
    recordLog.beginAnew(
        () -> {
          covered = changes.get() == seen;
          return covered;
        },
        () -> {
          latest.clear();
          bytes.set(0);
          failed = false;
        });
  }

  void close() {
    recordLog.close();
  }

  @Override
  public void replay(byte[] record) {
    // LogRecovery has brought it to a file.
  }

  @Override
  public Iterable<byte[]> snapshot() {
    if (!covered) {
      throw new IllegalStateException("files of the records in " + dir + " are not forced yet");
    }
    return List.of();
  }

  @Override
  public List<byte[]> records(List<LogRequest> requests) {
    var records = new ArrayList<byte[]>();
    var names = new HashSet<StoredName>();
    for (LogRequest asked : requests) {
      record(asked, names).ifPresent(record -> records.add(LogRecord.encode(record, random)));
    }
    return records;
  }

  /**
   * @param names those of the writes before it. A second write of a name is put off: the first one
   *     would never be shown, and be acknowledged while readers still see what was there before
   */
  private Optional<LogRecord> record(LogRequest asked, Set<StoredName> names) {
    if (asked.write == null) {
      return Optional.ofNullable(asked.over);
    }
    if (!names.add(asked.name())) {
      end(asked, asked.write::putOff);
      return Optional.empty();
    }
    try {
      stage(asked);
    } catch (IOException | RuntimeException e) {
      end(asked, () -> asked.write.failed(e));
      return Optional.empty();
    } catch (Error e) { // whatever it is: the write has to have an end
      end(asked, () -> asked.write.failed(new IllegalStateException(e)));
      throw e;
    }
    return Optional.ofNullable(asked.staged)
        .map(
            staged ->
                asked.write.body().isPresent()
                    ? new LogRecord.Put(
                        staged.name(), staged.version(), asked.write.body().orElseThrow())
                    : new LogRecord.Delete(staged.name(), staged.version()));
  }

  private void stage(LogRequest asked) throws IOException {
    StoredName name = asked.name();
    Lock lock = locks.of(name);
    if (!lock.tryLock()) {
      end(asked, asked.write::putOff);
      return;
    }
    asked.lock = lock;
    byte[] body = asked.write.body().orElse(null);
    Optional<Reservation> taken = Reservation.pendingAtOnce(room, body == null ? 0 : body.length);
    if (taken.isEmpty()) {
      end(asked, asked.write::putOff);
      return;
    }
    try (Reservation reserved = taken.get()) {
      locks.changed(name);
      long now = clock.millis();
      asked.staged =
          body == null
              ? entries.deleteLogged(name, reserved, now)
              : entries.putLogged(name, body, EntryFiles.contentOf(body), reserved, now);
      reserved.coverUpTo(body == null ? 0 : body.length, body == null ? 0 : body.length);
    }
  }

  @Override
  public void forced(List<LogRequest> requests) {
    requests.stream().filter(asked -> !asked.ended).forEach(this::counted);
    for (LogRequest asked : requests) {
      end(
          asked,
          () -> {
            if (asked.write == null) {
              asked.done.complete(null);
            } else {
              entries.logged(asked.staged);
              asked.write.staged(asked.staged);
            }
          });
    }
  }

  @Override
  public void failed(List<LogRequest> requests, Failure failure) {
    failed = true;
    if (failure == Failure.UNKNOWN) {
      requests.stream().filter(asked -> !asked.ended).forEach(this::counted);
    }
    var why = new IOException("the log in " + dir + " could not be written");
    for (LogRequest asked : requests) {
      end(
          asked,
          () -> {
            if (asked.write == null) {
              asked.done.completeExceptionally(why);
            } else if (asked.staged == null) {
              asked.write.failed(why);
            } else {
              forceFile(asked);
            }
          });
    }
  }

  /** Does without the log. */
  private void forceFile(LogRequest asked) {
    try {
      entries.makeDurable(asked.staged);
    } catch (IOException | RuntimeException e) {
      asked.write.inDoubt(asked.staged, e);
      return;
    }
    asked.write.staged(asked.staged);
  }

  /** Notes that a start may find the record. */
  private void counted(LogRequest asked) {
    if (asked.write == null && asked.over == null) {
      return;
    }
    covered = false;
    long now = clock.millis();
    if (latest.isEmpty()) {
      firstMs = now;
    }
    lastMs = now;
    latest.merge(asked.name(), asked.version(), Math::max);
    int body = asked.write == null ? 0 : asked.write.body().map(b -> b.length).orElse(0);
    bytes.addAndGet(asked.name().length() + body + LogRecord.OVERHEAD_BYTES);
    changes.incrementAndGet();
  }

  /**
   * Ends a request and gives its lock back, unless that was done. A failure is logged: others wait
   * for their ends.
   */
  private void end(LogRequest asked, Runnable how) {
    if (asked.ended) {
      return;
    }
    asked.ended = true;
    if (asked.write != null) {
      waiting.decrementAndGet();
    }
    try {
      how.run();
    } catch (RuntimeException | Error e) {
      log.error("the end of a write failed", e);
    } finally {
      if (asked.lock != null) {
        asked.lock.unlock();
      }
    }
    if (asked.staged != null) {
      try {
        asked.write.ended();
      } catch (RuntimeException | Error e) {
        log.error("the end of a write failed", e);
      }
    }
  }
}
