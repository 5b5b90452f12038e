package dev.holdfast.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small state on disk: a snapshot, and the records of all changes since. Requests that come while
 * the disk is busy share the next force. They are answered when it is over.
 *
 * <p>A request waits for the force that runs, and then for those that serve the requests before it
 * and itself, {@link LogConfig#requestsPerForceMax} each. Each force begins at most {@link
 * LogConfig#forceSpacingMs} after the begin of the one before it, or when that one has ended.
 *
 * <p>These always hold:
 *
 * <ul>
 *   <li>The owner shows a change only when it is forced. The records that a start finds may be in
 *       memory alone. So {@link #open} writes them into a new file and forces it.
 *   <li>After a failed force the file is not used again. The next batch goes into a new file, with
 *       a snapshot of what was acknowledged.
 *   <li>The latest of several files is the log, even if an older one says more.
 *   <li>A start finds all records of a batch, or none of them.
 *   <li>A start passes over a torn end. It refuses all other damage in the latest file.
 * </ul>
 *
 * <p>Threading: may be used from any number of threads. Each thread that asks puts its request in
 * the queue, and makes the executor run {@link #serve} unless it runs already. It runs once at a
 * time, until the queue is empty. No request is forgotten: one that comes while {@link #serve} ends
 * either finds that it does not run, or is found by it.
 *
 * @param <R> a request to change the state
 */
public final class RecordLog<R> implements AutoCloseable {
  /** The forcing thread ends after so long without a request, in seconds. */
  private static final long SERVER_IDLE_S = 10;

  private static final Logger log = LoggerFactory.getLogger(RecordLog.class);

  private final Path dir;
  private final LogConfig config;
  private final LogOwner<R> owner;
  private final Executor server;
  private final Queue<R> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final AtomicBoolean serving = new AtomicBoolean();
  private final ReentrantLock writing = new ReentrantLock();
  private final LogWriter writer; // guarded by writing
  private Optional<DamagedLogException> damage = Optional.empty(); // set by open
  private LogOwner.Failure failure; // of the batch in progress; guarded by writing
  private boolean failing; // guarded by writing
  private boolean closed; // guarded by writing
  private boolean isShared; // true if the last force served several; guarded by writing
  private long begunNanos = System.nanoTime(); // the begin of that force; guarded by writing

  private RecordLog(
      Path dir, LogConfig config, LogOwner<R> owner, Executor server, LogWriter writer) {
    this.dir = dir;
    this.config = config;
    this.owner = owner;
    this.server = server;
    this.writer = writer;
  }

  /**
   * Opens a log: gives its records to the owner, and returns when they are forced into a new file.
   *
   * @param dir the log's own directory, which this makes if it is missing; nobody else writes there
   * @throws DamagedLogException if the latest file is damaged and {@link LogConfig#damage} says
   *     {@code REFUSE}; nothing was changed
   * @throws IOException if the disk cannot be read or does not take the new file
   */
  public static <R> RecordLog<R> open(Disk disk, Path dir, LogConfig config, LogOwner<R> owner)
      throws IOException {
    return open(disk, dir, config, owner, server(dir));
  }

  /**
   * Does the same, with an executor of the caller's.
   *
   * @param server runs the task that forces and calls the owner; an executor that runs it at once,
   *     on the thread that asks, makes the log deterministic
   */
  public static <R> RecordLog<R> open(
      Disk disk, Path dir, LogConfig config, LogOwner<R> owner, Executor server)
      throws IOException {
    disk.createDirectories(dir);
    var files = new LogFiles(disk, dir, config);
    long number = files.highestNumber();
    Optional<LogScan.Content> found = files.readLatest();
    var writer = new LogWriter(disk, files, config, number, owner::snapshot);
    var opened = new RecordLog<R>(dir, config, owner, server, writer);
    if (found.isPresent()) {
      opened.replay(found.get());
    }
    if (opened.damage.isPresent()) {
      files.setAside();
      log.error("a damaged file is set aside in {}", dir, opened.damage.get());
      owner.damaged();
    }
    writer.begin();
    return opened;
  }

  /**
   * Returns the records of a log, oldest first, or none if there is no log. Another process may be
   * writing to it, so the records may be in memory alone.
   *
   * @param dir a directory that exists; this does not change it
   * @throws DamagedLogException if the latest file is damaged and {@link LogConfig#damage} says
   *     {@code REFUSE}; else the intact records are returned
   */
  public static List<byte[]> look(Disk disk, Path dir, LogConfig config) throws IOException {
    var records = new ArrayList<byte[]>();
    look(disk, dir, config, records::add);
    return List.copyOf(records);
  }

  /** Takes a record. */
  public interface Looker {
    /** Takes the next one, of which nobody else has the bytes. */
    void take(byte[] record) throws IOException;
  }

  /** Does the same, and has one record in memory at a time, beside the file. */
  public static void look(Disk disk, Path dir, LogConfig config, Looker looker) throws IOException {
    Optional<LogScan.Content> found = new LogFiles(disk, dir, config).readLatest();
    if (found.isPresent()) {
      refuseDamage(found.get().damage(), config);
      for (LogFrame.Found record : found.get().records()) {
        looker.take(record.bytes());
      }
    }
  }

  /**
   * Returns the damage that {@link #open} has passed over, or empty. Its message names the place.
   */
  public Optional<DamagedLogException> damage() {
    return damage;
  }

  private void replay(LogScan.Content content) throws DamagedLogException {
    damage = content.damage();
    refuseDamage(damage, config);
    for (LogFrame.Found record : content.records()) {
      try {
        owner.replay(record.bytes());
      } catch (IllegalArgumentException e) {
        var refused = new DamagedLogException(content.file(), record.offset(), e.getMessage());
        damage = damage.or(() -> Optional.of(refused));
        refuseDamage(damage, config);
      }
    }
  }

  private static void refuseDamage(Optional<DamagedLogException> damage, LogConfig config)
      throws DamagedLogException {
    if (damage.isPresent() && config.damage() == LogConfig.Damage.REFUSE) {
      throw damage.get();
    }
  }

  /**
   * Queues a request and does not wait. The owner answers it once, on a thread that other requests
   * wait for.
   *
   * @return false if too many requests wait; then the owner never gets this one
   */
  public boolean ask(R request) {
    if (waitingCount.incrementAndGet() > config.waitingMax()) {
      waitingCount.decrementAndGet();
      return false;
    }
    waiting.add(request);
    if (serving.compareAndSet(false, true)) {
      startServing();
    }
    return true;
  }

  private void startServing() {
    boolean started = false;
    try {
      server.execute(this::serve);
      started = true;
    } finally {
      if (!started) { // no thread is left: the next request tries again
        serving.set(false);
      }
    }
  }

  /** Returns an executor with one thread, which ends after a while without requests. */
  private static Executor server(Path dir) {
    var server =
        new ThreadPoolExecutor(
            1,
            1,
            SERVER_IDLE_S,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name(dir.getFileName().toString()).daemon().factory());
    server.allowCoreThreadTimeOut(true);
    return server;
  }

  /** Serves waiting requests until there is none. */
  private void serve() {
    do {
      try {
        while (!waiting.isEmpty()) {
          serveSome();
        }
      } finally {
        serving.set(false);
      }
    } while (!waiting.isEmpty() && serving.compareAndSet(false, true));
  }

  /**
   * Serves the requests that have waited longest. All of them have their answer when this returns.
   */
  private void serveSome() {
    writing.lock();
    try {
      awaitCompany();
      List<R> batch = oldest();
      isShared = batch.size() > 1;
      serve(batch);
    } catch (RuntimeException | Error e) { // goes on: others wait
      log.error("an answer of the log in {} failed", dir, e);
    } finally {
      writing.unlock();
    }
  }

  private void serve(List<R> batch) {
    failure = LogOwner.Failure.NOTHING_WRITTEN;
    boolean written = false;
    try {
      written = isWritten(batch);
    } finally {
      if (written) {
        owner.forced(batch);
      } else {
        owner.failed(batch, failure);
      }
    }
  }

  private boolean isWritten(List<R> batch) {
    try {
      List<byte[]> records = owner.records(batch);
      if (!records.isEmpty()) {
        write(records);
      }
      return true;
    } catch (IOException | RuntimeException e) {
      if (!failing) { // once, not for every request that follows
        log.error("the log in {} could not be written; its requests fail", dir, e);
      }
      failing = true;
      return false;
    }
  }

  private void write(List<byte[]> records) throws IOException {
    if (closed) {
      throw new IOException("the log in " + dir + " is closed");
    }
    boolean done = false;
    try {
      writer.append(records);
      done = true;
    } finally {
      if (!done && writer.mayBeFound()) {
        failure = LogOwner.Failure.UNKNOWN;
      }
    }
    if (failing) {
      log.info("the log in {} can be written again", dir);
    }
    failing = false;
  }

  /**
   * Waits for more requests while many come: a force costs far more of a small CPU than a request.
   * Does not wait if the last force served a single request.
   */
  private void awaitCompany() {
    if (isShared) {
      long spacingNanos = TimeUnit.MILLISECONDS.toNanos(config.forceSpacingMs());
      long left = begunNanos + spacingNanos - System.nanoTime();
      while (left > 0) { // parking may end early
        LockSupport.parkNanos(this, left);
        left = begunNanos + spacingNanos - System.nanoTime();
      }
    }
    begunNanos = System.nanoTime();
  }

  private List<R> oldest() {
    var batch = new ArrayList<R>();
    while (batch.size() < config.requestsPerForceMax()) {
      R request = waiting.poll();
      if (request == null) {
        break;
      }
      waitingCount.decrementAndGet();
      batch.add(request);
    }
    return batch;
  }

  /**
   * Begins a new file with a snapshot of the present state. No request is served meanwhile.
   *
   * @param may is asked first; if it says false, nothing is done
   * @param begun hears that the file is complete and forced; all records before are gone for good
   * @throws IOException if it may not be; the next batch tries again
   */
  public void beginAnew(BooleanSupplier may, Runnable begun) throws IOException {
    writing.lock();
    try {
      if (closed) {
        throw new IOException("the log in " + dir + " is closed");
      }
      if (may.getAsBoolean()) {
        writer.begin();
        begun.run();
      }
    } finally {
      writing.unlock();
    }
  }

  /** Closes the file. Later requests fail, and nothing is written for them. */
  @Override
  public void close() {
    writing.lock();
    try {
      closed = true;
      writer.close();
    } finally {
      writing.unlock();
    }
  }
}
