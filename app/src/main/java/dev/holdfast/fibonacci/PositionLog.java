package dev.holdfast.fibonacci;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.NewFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The position on disk: a file to which each new one is appended and forced. A file that is full is
 * followed by another, which is complete, forced, before it gets its name, and before the one
 * before it goes.
 *
 * <p>After a failure nobody knows what the disk has of what was written: the kernel reports a
 * failed force once and may then take the lost bytes for written. So that file is never appended to
 * again; the next position goes to a new one.
 *
 * <p>Threading: for one thread at a time.
 */
final class PositionLog implements AutoCloseable {
  /** Records in a file. */
  static final int RECORDS_MAX = 4096;

  private static final Logger log = LoggerFactory.getLogger(PositionLog.class);

  private final Disk disk;
  private final Path dir;
  private final long foundPosition;
  private long number;
  private NewFile file; // null: the next position begins a new one
  private int records;
  private boolean closed;

  private PositionLog(Disk disk, Path dir, long foundPosition, long number) {
    this.disk = disk;
    this.dir = dir;
    this.foundPosition = foundPosition;
    this.number = number;
  }

  /**
   * Finds the highest position, here and with those who may have had the sequence before, and goes
   * on from it. It is forced, here, when this returns, whoever wrote it.
   *
   * @param dir the directory of our own, which is made where it is missing
   * @param others the directories of others, which are only looked at; those that are there
   * @throws DamagedPositionException if a file is not as it was written
   */
  static PositionLog open(Disk disk, Path dir, List<Path> others) throws IOException {
    disk.createDirectories(dir);
    long highest = PositionFiles.highest(disk, dir).orElse(0);
    for (Path other : others) {
      long position = PositionFiles.highest(disk, other).orElse(0);
      if (position > highest) {
        log.info("the sequence goes on at position {} of {}", position, other);
        highest = position;
      }
    }
    long number = 0;
    for (String name : PositionFiles.names(disk, dir)) {
      number = Math.max(number, PositionFiles.number(name));
    }
    var opened = new PositionLog(disk, dir, highest, number);
    // What was read may be in memory alone: of a process that was killed before its force. And what
    // others know is ours to keep from now on: their directories may go.
    opened.write(highest);
    return opened;
  }

  /** Where the sequence was when this was opened. */
  long foundPosition() {
    return foundPosition;
  }

  /**
   * Returns when a position is on disk.
   *
   * @param position not below the one before
   * @throws IOException if it may not be; it may then still be found at the next start
   */
  void write(long position) throws IOException {
    if (closed) {
      throw new IOException("the position file is closed");
    }
    boolean written = false;
    try {
      if (file == null || records == RECORDS_MAX) {
        begin(position);
      } else {
        append(position);
      }
      written = true;
    } finally {
      if (!written) {
        abandon();
      }
    }
  }

  private void append(long position) throws IOException {
    file.write(ByteBuffer.wrap(PositionRecord.of(position)));
    file.force();
    records++;
  }

  /** Begins a file, which replaces all others. */
  private void begin(long position) throws IOException {
    abandon();
    Path fresh = dir.resolve(PositionFiles.NEW);
    disk.delete(fresh); // left by a process that was killed, or by a failure
    file = disk.create(fresh);
    records = 0;
    append(position);
    number++;
    Path named = PositionFiles.file(dir, number);
    disk.rename(fresh, named);
    disk.forceDirectory(dir); // nothing says that a disk keeps the order of what is not forced
    boolean deleted = false;
    for (String name : PositionFiles.names(disk, dir)) {
      if (PositionFiles.number(name) != number) {
        deleted |= disk.delete(dir.resolve(name));
      }
    }
    if (deleted) {
      disk.forceDirectory(dir); // one that a failed force left may say more than is handed out
    }
  }

  private void abandon() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        log.warn("a position file in {} could not be closed", dir, e);
      }
      file = null;
    }
  }

  @Override
  public void close() {
    closed = true;
    abandon();
  }
}
