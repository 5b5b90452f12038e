package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.names.StoredName;
import dev.holdfast.staging.EntryName.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes short writes durable, many by one force. The file of such a write is made as that of any
 * other, but not forced; its record is. The file is forced later, and only if it is still there by
 * then: when the write is brought to the origin, or when its record has to go.
 *
 * <p>The log has two halves. One takes records, and the other one waits: until the kernel has
 * written the files of its records to the disk by itself, since forcing them costs little then, or
 * until the first half is filling up. Then all its records go.
 *
 * <p>These always hold:
 *
 * <ul>
 *   <li>A write that was acknowledged is in a forced file, or its record is in a half.
 *   <li>A record goes only when the file of its write is forced or a newer write has replaced it.
 *   <li>When an entry is removed that nothing newer replaces, no half has a record of an older
 *       write of its name as its latest one.
 * </ul>
 *
 * <p>Threading: may be used from any number of threads. The threads of the halves take a name's
 * lock only if it is free; so others may wait for the log while they have one.
 */
public final class WriteAheadLog {
  private static final Logger log = LoggerFactory.getLogger(WriteAheadLog.class);

  /**
   * The longest body that the log takes, in bytes: it would write longer ones twice for nothing.
   */
  public static final int BODY_BYTES_MAX = 4 * 1024;

  /**
   * How long after the last record of a half its files are forced, in milliseconds: the kernel
   * writes a file 30 s after its change, and looks every 5 s.
   */
  static final long FORCED_AFTER_MS = 40_000;

  /** How long a half takes records, in milliseconds. */
  static final long TAKES_FOR_MS = 10_000;

  /** The most writes of which a close still forces the files. */
  private static final int FORCED_AT_CLOSE_MAX = 1_000;

  private final Parts parts;
  private final long halfBytesMax;
  private final List<LogHalf> halves; // two, or none if the log is off
  private final ReentrantLock sweeping = new ReentrantLock();
  private volatile int taking; // the index of a half
  private volatile boolean ended;

  /** The parts of a store that the log works with. */
  record Parts(
      Disk disk,
      Layout layout,
      NameLocks locks,
      Room room,
      Entries entries,
      PublishedFiles published,
      Supplier<Path> newTemporary,
      InstantSource clock) {}

  private WriteAheadLog(Parts parts, long bytesMax, List<LogHalf> halves) {
    this.parts = parts;
    this.halfBytesMax = bytesMax / 2;
    this.halves = halves;
  }

  /**
   * Opens the log of a store. Records that are there count no more: {@link LogRecovery} has brought
   * them to files.
   *
   * @param bytesMax of all records, 0 or more; 0 turns the log off
   * @param server runs the tasks of the halves; empty for threads of their own
   */
  static WriteAheadLog open(Parts parts, long bytesMax, Optional<Executor> server)
      throws IOException {
    var halves = new ArrayList<LogHalf>();
    List<Path> directories = Layout.logs(parts.layout().own());
    boolean isNeeded = bytesMax > 0;
    for (Path dir : directories) {
      isNeeded |= parts.disk().isDirectory(dir); // its records have to go
    }
    if (isNeeded) {
      for (Path dir : directories) {
        halves.add(LogHalf.open(parts, dir, server));
      }
    }
    var opened = new WriteAheadLog(parts, bytesMax, halves);
    parts.entries().tell(opened::upTo);
    return opened;
  }

  /**
   * Queues a write, and waits for nothing.
   *
   * @return false if the log does not take it: it is too long, the log is full or off, or the disk
   *     has failed it
   */
  public boolean ask(LoggedWrite write) {
    if (halfBytesMax == 0 || isTooLong(write)) {
      return false;
    }
    LogHalf half = halves.get(taking);
    return half.bytes() < halfBytesMax && half.ask(write);
  }

  private static boolean isTooLong(LoggedWrite write) {
    return write.body().filter(body -> body.length > BODY_BYTES_MAX).isPresent()
        || new EntryName(Kind.LOGGED_PUT, 0, write.name()).isLong();
  }

  /** The bytes of all records. */
  public long bytes() {
    return halves.stream().mapToLong(LogHalf::bytes).sum();
  }

  /**
   * Forces the files of the half that waits, if it is time, and lets its records go. To be called
   * again and again.
   *
   * @throws IOException if a file could not be forced; its half goes on waiting
   */
  public void sweep() throws IOException {
    if (halves.isEmpty()) {
      return;
    }
    sweeping.lock();
    try {
      int index = taking; // nobody else changes it
      LogHalf first = halves.get(index);
      LogHalf other = halves.get(1 - index);
      boolean isDue =
          isPassed(other.lastMs(), FORCED_AFTER_MS)
              || first.bytes() > halfBytesMax / 2
              || first.isFailed()
              || other.isFailed();
      if (isDue && (!other.isEmpty() || other.isFailed())) {
        drop(other);
      }
      boolean hasTaken = !first.isEmpty() && isPassed(first.firstMs(), TAKES_FOR_MS);
      boolean isFull = first.bytes() > halfBytesMax / 8 * 7;
      if (other.isEmpty() && (hasTaken || isFull || first.isFailed())) {
        taking = 1 - index;
      }
    } finally {
      sweeping.unlock();
    }
  }

  private boolean isPassed(long fromMs, long ms) {
    return parts.clock().millis() - fromMs >= ms;
  }

  /** Forces the files of all records, and lets the records go. */
  public void dropAll() throws IOException {
    sweeping.lock();
    try {
      for (int i = 0; i < halves.size(); i++) {
        int other = 1 - taking; // nobody else changes it
        drop(halves.get(other));
        taking = other;
      }
    } finally {
      sweeping.unlock();
    }
  }

  private void drop(LogHalf half) throws IOException {
    long seen = half.changes();
    IOException failure = null;
    for (Map.Entry<StoredName, Long> record : half.latest().entrySet()) {
      if (ended) {
        throw new IOException("the log has ended");
      }
      try {
        bringToFile(record.getKey(), record.getValue());
      } catch (IOException e) {
        failure = e; // and on with the others
      }
    }
    parts.entries().force();
    if (failure != null) {
      throw failure;
    }
    half.drop(seen);
  }

  private void bringToFile(StoredName name, long version) throws IOException {
    Lock lock = parts.locks().of(name);
    lock.lock();
    try {
      bringToFileLocked(name, version);
      // A newer write replaces this one only when it is on disk.
      Optional<Pending> newest = parts.entries().get(name);
      if (newest.isPresent() && !parts.entries().isDurable(newest.get())) {
        bringToFileLocked(name, newest.get().version());
        parts.entries().makeDurable(newest.get());
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes sure that the file of a pending put is forced and as it was written. The name's lock is
   * held.
   */
  void bringToFileLocked(StoredName name, long version) throws IOException {
    try {
      parts.entries().bringToFile(name, version);
    } catch (DamagedBodyException e) {
      log.error("the disk may have lost the file of a write; it is made anew", e);
      makeAnew((Pending.Put) parts.entries().get(name).orElseThrow());
    }
  }

  /** Makes the file of a put anew. */
  private void makeAnew(Pending.Put put) throws IOException {
    StoredName name = put.name();
    try {
      byte[] body = body(put);
      parts.entries().rewrite(put, body, parts.newTemporary().get());
      if (put.visible()) {
        parts
            .published()
            .publishLink(
                name, put.content(), parts.entries().body(put), parts.newTemporary().get());
      }
    } catch (IOException | RuntimeException e) {
      if (put.visible()) {
        parts.published().withdraw(name); // no answer is better than a wrong one
      }
      throw e;
    }
  }

  /** The body as its record has it. A write in doubt may have none: its file may still be right. */
  private byte[] body(Pending.Put put) throws IOException {
    for (LogHalf half : halves) {
      Optional<byte[]> body = half.body(put.name(), put.version());
      if (body.isPresent()) {
        return body.get();
      }
    }
    try (InputStream in = parts.disk().open(parts.entries().body(put))) {
      byte[] body = in.readAllBytes();
      if (EntryFiles.contentOf(body).equals(put.content())) {
        return body;
      }
    }
    throw new IOException("nothing has version " + put.version() + " of " + put.name());
  }

  /** See {@link Entries.Removals}. */
  private void upTo(StoredName name, long version) throws IOException {
    if (halves.stream().noneMatch(half -> half.hasOlder(name, version))) {
      return;
    }
    Future<Void> written = halves.get(taking).askOver(name, version);
    try {
      written.get();
    } catch (ExecutionException e) {
      throw new IOException("older records of " + name + " may come back", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the log");
    }
  }

  /** Ends a sweep that goes on for long. */
  public void endSweep() {
    ended = true;
  }

  /** Waits until all writes have ended that were asked for. */
  public void awaitWrites() {
    for (LogHalf half : halves) {
      try {
        half.askLast().get();
      } catch (ExecutionException e) {
        log.warn("writes may still wait for the log", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Closes the log. Nobody asks any more. */
  void close() {
    awaitWrites();
    if (parts.entries().loggedCount() <= FORCED_AT_CLOSE_MAX) {
      ended = false;
      try {
        dropAll();
      } catch (IOException | RuntimeException e) {
        log.warn("records of writes are left in the log for the next start", e);
      }
    }
    halves.forEach(LogHalf::close);
  }
}
