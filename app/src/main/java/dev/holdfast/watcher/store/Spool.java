package dev.holdfast.watcher.store;

import dev.holdfast.disk.Disk;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows on disk that the database has not taken yet: segments, the oldest first. Over its bound
 * the oldest segment goes, and its rows count as dropped.
 *
 * <p>A segment that cannot be read stays, and comes again after the others. Its rows are lost only
 * if the file itself is damaged or gone. Segments of another database stay until a writer of that
 * database comes.
 *
 * <p>Threading: may be used from any number of threads. The lock is held while a segment is
 * written; nobody who hands over results takes it.
 */
final class Spool {
  /** So many files that are of no use any more, and cannot be removed, and nothing is written. */
  static final int LEFTOVERS_MAX = 16;

  private static final Logger log = LoggerFactory.getLogger(Spool.class);

  private final Disk disk;
  private final Path dir;
  private final Home home;
  private final Limits limits;
  private final WriterCounts counts;
  private final LongSupplier nanos;
  private final Deque<Segment> segments = new ArrayDeque<>(); // as they come; guarded by this
  private final Deque<Segment> others = new ArrayDeque<>(); // of other databases; guarded by this
  private final Set<Path> leftovers = new LinkedHashSet<>(); // to be removed; guarded by this
  private long bytes; // of segments and others; guarded by this
  private long nextNumber; // guarded by this
  private Optional<Segment> inHand = Optional.empty(); // guarded by this
  private boolean isFailing; // guarded by this
  private boolean isUnreadable; // true if the last reading failed; guarded by this
  private long unreadableNanos; // when it failed; guarded by this

  /**
   * The bounds of a spool.
   *
   * @param bytesMax the bytes of all segments
   * @param restMs how long nothing is read after a reading that failed, in ms
   */
  record Limits(long bytesMax, int restMs) {}

  private Spool(
      Disk disk, Path dir, Home home, Limits limits, WriterCounts counts, LongSupplier nanos) {
    this.disk = disk;
    this.dir = dir;
    this.home = home;
    this.limits = limits;
    this.counts = counts;
    this.nanos = nanos;
  }

  /**
   * Opens a spool with the segments that an earlier process has left.
   *
   * @param home where the rows of this process belong
   */
  static Spool open(
      Disk disk, Path dir, Home home, Limits limits, WriterCounts counts, LongSupplier nanos)
      throws IOException {
    disk.createDirectories(dir);
    var names = new TreeSet<String>();
    disk.list(dir, names::add);
    var spool = new Spool(disk, dir, home, limits, counts, nanos);
    for (String name : names) {
      spool.takeUp(dir.resolve(name));
    }
    spool.logOthers();
    return spool;
  }

  private synchronized void takeUp(Path file) throws IOException {
    long size = disk.facts(file).map(Disk.FileFacts::size).orElse(0L);
    Optional<Segment> found = Segment.of(file, size);
    if (found.isEmpty()) {
      return;
    }
    Segment segment = found.get();
    boolean isOfThisDatabase = segment.home().database().equals(home.database());
    (isOfThisDatabase ? segments : others).add(segment);
    bytes += size;
    nextNumber = Math.max(nextNumber, segment.number() + 1);
  }

  private synchronized void logOthers() {
    if (!others.isEmpty()) {
      log.warn(
          "{} has {} files with results of another database. They stay until a watcher of that"
              + " database starts here, and count in the disk's share. The first is {}",
          dir,
          others.size(),
          others.getFirst().file().getFileName());
    }
  }

  /** Writes rows to disk. Those that find no room, or a disk that fails, count as dropped. */
  synchronized void add(List<Row> rows) {
    try {
      List.copyOf(leftovers).forEach(this::remove);
      write(rows);
      isFailing = false;
    } catch (IOException | RuntimeException | Error e) { // goes on: the next rows may find room
      counts.dropped.add(rows.size());
      boolean isFirst = !isFailing;
      isFailing = true;
      if (isFirst) { // once, not for every segment that follows
        log.error("rows cannot be kept in {}; they are dropped", dir, e);
      }
    }
    while (bytes > limits.bytesMax() && dropOldest()) {
      // until it fits
    }
  }

  private void write(List<Row> rows) throws IOException {
    if (leftovers.size() >= LEFTOVERS_MAX) {
      throw new IOException(leftovers.size() + " files in " + dir + " cannot be removed");
    }
    byte[] content = Segment.encode(rows);
    Segment added = Segment.in(dir, nextNumber++, home, rows.size(), content.length);
    boolean isWritten = false;
    try {
      added.write(disk, content);
      isWritten = true;
    } finally {
      if (!isWritten) {
        remove(added.file()); // else it would take room, and come back at the next start
      }
    }
    segments.add(added);
    bytes += added.bytes();
    counts.spooled.add(rows.size());
  }

  private boolean dropOldest() {
    Optional<Segment> oldest =
        Stream.concat(segments.stream(), others.stream())
            .filter(segment -> !inHand.equals(Optional.of(segment)))
            .min(Comparator.comparingLong(Segment::number));
    if (oldest.isEmpty()) {
      return false;
    }
    Segment dropped = oldest.get();
    counts.dropped.add(dropped.rows());
    log.warn("the disk's share for results is full: {} is dropped", dropped.file());
    forget(dropped);
    return true;
  }

  /** Returns true if there is a segment of this database. */
  synchronized boolean hasSegment() {
    return !segments.isEmpty();
  }

  /**
   * Takes the oldest segment in hand, or returns empty if there is none, or if the disk rests after
   * a failure. It stays on disk.
   */
  synchronized Optional<Segment> take() {
    boolean isResting =
        isUnreadable
            && nanos.getAsLong() - unreadableNanos < TimeUnit.MILLISECONDS.toNanos(limits.restMs());
    inHand = isResting ? Optional.empty() : Optional.ofNullable(segments.peek());
    return inHand;
  }

  /**
   * Returns the rows of the segment in hand. Damage is counted and logged. Returns empty if it
   * cannot be read now, such as without a file descriptor: then it comes again after the others.
   */
  Optional<List<Row>> read(Segment segment) {
    try {
      Segment.Content content = segment.read(disk);
      noteReadable();
      if (content.isDamaged()) {
        noteDamage(segment, content.rows().size());
      }
      return Optional.of(content.rows());
    } catch (NoSuchFileException gone) {
      noteDamage(segment, 0);
      return Optional.of(List.of());
    } catch (IOException | RuntimeException | Error e) { // such as no memory for it
      putOff(segment, e);
      return Optional.empty();
    }
  }

  private void noteDamage(Segment segment, int read) {
    counts.damaged.increment();
    counts.dropped.add(Math.max(0, segment.rows() - read));
    log.error("{} is damaged behind {} rows; the rest is lost", segment.file(), read);
  }

  private synchronized void noteReadable() {
    isUnreadable = false;
  }

  private synchronized void putOff(Segment segment, Throwable cause) {
    inHand = Optional.empty();
    if (segments.remove(segment)) {
      segments.add(segment);
    }
    if (!isUnreadable) { // once, not for every attempt
      log.warn("{} cannot be read now; it is read again later", segment.file(), cause);
    }
    isUnreadable = true;
    unreadableNanos = nanos.getAsLong();
  }

  /** Removes a segment: the database has its rows. */
  synchronized void done(Segment segment) {
    inHand = Optional.empty();
    forget(segment);
  }

  private void forget(Segment segment) {
    if (segments.remove(segment) || others.remove(segment)) {
      bytes -= segment.bytes();
    }
    remove(segment.file());
  }

  /**
   * Removes a file, or notes that it has to be removed later. Until then its rows come again at a
   * start, and make no second row.
   */
  private void remove(Path file) {
    try {
      disk.delete(file);
      leftovers.remove(file);
    } catch (IOException e) {
      if (leftovers.add(file)) {
        log.warn("{} cannot be removed now", file, e);
      }
    }
  }
}
