package dev.holdfast.watcher.store;

import dev.holdfast.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows on disk that the database has not taken yet: segments, the oldest first. Over its bound
 * the oldest segment goes, and its rows count as dropped.
 *
 * <p>Threading: may be used from any number of threads. The lock is held while a segment is
 * written; nobody who hands over results takes it.
 */
final class Spool {
  private static final Logger log = LoggerFactory.getLogger(Spool.class);
  private static final String PREFIX = "rows-";

  private final Disk disk;
  private final Path dir;
  private final long bytesMax;
  private final WriterCounts counts;
  private final Deque<Segment> segments = new ArrayDeque<>(); // guarded by this
  private long bytes; // guarded by this
  private long nextNumber; // guarded by this
  private Optional<Segment> inHand = Optional.empty(); // guarded by this
  private boolean isFailing; // guarded by this

  private Spool(Disk disk, Path dir, long bytesMax, WriterCounts counts) {
    this.disk = disk;
    this.dir = dir;
    this.bytesMax = bytesMax;
    this.counts = counts;
  }

  /** Opens a spool with the segments that an earlier process has left. */
  static Spool open(Disk disk, Path dir, long bytesMax, WriterCounts counts) throws IOException {
    disk.createDirectories(dir);
    var names = new TreeSet<String>();
    disk.list(dir, names::add);
    var spool = new Spool(disk, dir, bytesMax, counts);
    for (String name : names) {
      if (name.matches(PREFIX + "\\d{12}")) {
        spool.takeUp(name);
      }
    }
    return spool;
  }

  private synchronized void takeUp(String name) throws IOException {
    long number = Long.parseLong(name.substring(PREFIX.length()));
    Path file = dir.resolve(name);
    long size = disk.facts(file).map(Disk.FileFacts::size).orElse(0L);
    segments.add(new Segment(number, file, Segment.ROWS_UNKNOWN, size));
    bytes += size;
    nextNumber = Math.max(nextNumber, number + 1);
  }

  /** Writes rows to disk. Those that find no room, or a disk that fails, count as dropped. */
  synchronized void add(List<Row> rows) {
    try {
      Segment added = Segment.write(disk, dir, nextNumber++, rows);
      segments.add(added);
      bytes += added.bytes();
      counts.spooled.add(rows.size());
      isFailing = false;
    } catch (IOException e) {
      if (!isFailing) { // once, not for every segment that follows
        log.error("rows cannot be kept in {}; they are dropped", dir, e);
      }
      isFailing = true;
      counts.dropped.add(rows.size());
    }
    while (bytes > bytesMax && dropOldest()) {
      // until it fits
    }
  }

  private boolean dropOldest() {
    Optional<Segment> oldest =
        segments.stream().filter(segment -> !inHand.equals(Optional.of(segment))).findFirst();
    if (oldest.isEmpty()) {
      return false;
    }
    Segment dropped = oldest.get();
    counts.dropped.add(dropped.rows() >= 0 ? dropped.rows() : read(dropped).rows().size());
    log.warn("the disk's share for results is full: {} is dropped", dropped.file());
    forget(dropped);
    return true;
  }

  /** Returns true if there is a segment. */
  synchronized boolean hasSegment() {
    return !segments.isEmpty();
  }

  /** Takes the oldest segment in hand, or returns empty if there is none. It stays on disk. */
  synchronized Optional<Segment> take() {
    inHand = Optional.ofNullable(segments.peek());
    return inHand;
  }

  /** Returns the rows of a segment. Damage is counted and logged. */
  Segment.Content read(Segment segment) {
    try {
      Segment.Content content = segment.read(disk);
      if (content.isDamaged()) {
        counts.damaged.increment();
        log.warn(
            "{} is damaged behind {} rows; the rest is lost",
            segment.file(),
            content.rows().size());
      }
      return content;
    } catch (IOException e) {
      counts.damaged.increment();
      log.error("{} cannot be read; its rows are lost", segment.file(), e);
      return new Segment.Content(List.of(), true);
    }
  }

  /** Removes a segment: the database has its rows. */
  synchronized void done(Segment segment) {
    inHand = Optional.empty();
    forget(segment);
  }

  private void forget(Segment segment) {
    if (segments.remove(segment)) {
      bytes -= segment.bytes();
    }
    try {
      disk.delete(segment.file());
    } catch (IOException e) { // its rows come again at the next start, and make no second row
      log.warn("{} cannot be removed", segment.file(), e);
    }
  }
}
