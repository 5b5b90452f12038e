package dev.holdfast.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the files of a log. A file begins with a snapshot. Batches are appended to it and forced.
 * When it is full, another file replaces it. The new file is complete and forced before it gets its
 * name, and its name is forced before the older file goes.
 *
 * <p>After a failure nobody knows which bytes the disk has. The kernel reports a failed force once
 * and may then take the lost bytes for written. So nothing is appended to that file any more. The
 * next batch goes into a new file, with a new snapshot.
 *
 * <p>Threading: for one thread at a time.
 */
final class LogWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LogWriter.class);

  /** The approximate size of one frame of a snapshot. */
  private static final int SNAPSHOT_FRAME_BYTES = 256 * 1024;

  private final Disk disk;
  private final LogConfig config;
  private final LogFiles files;
  private final Supplier<Iterable<byte[]>> snapshot;
  private long number;
  private NewFile file; // null: the next batch begins a new one
  private long written;
  private long forced;
  private long reserved; // up to here the file has forced zeros
  private long rotateAt;
  private boolean mayBeFound;

  /**
   * @param number the highest number that a file has or had
   * @param snapshot gives the state without the batch in progress
   */
  LogWriter(
      Disk disk,
      LogFiles files,
      LogConfig config,
      long number,
      Supplier<Iterable<byte[]>> snapshot) {
    this.disk = disk;
    this.files = files;
    this.config = config;
    this.number = number;
    this.snapshot = snapshot;
  }

  /**
   * Returns when a new file holds the present state, forced.
   *
   * @throws IOException if it may not hold it
   */
  void begin() throws IOException {
    write(List.of(), true);
  }

  /**
   * Returns when the records are on disk, or written under {@link LogConfig.Ack#WRITTEN}.
   *
   * @throws IOException if they may not be; see {@link #mayBeFound}
   * @throws IllegalArgumentException if a record is too long; nothing was written
   */
  void append(List<byte[]> records) throws IOException {
    write(records, file == null || written >= rotateAt);
  }

  /** Returns true if a start may find the records that the last call could not write. */
  boolean mayBeFound() {
    return mayBeFound;
  }

  private void write(List<byte[]> records, boolean anew) throws IOException {
    mayBeFound = false;
    requireShort(records);
    boolean done = false;
    try {
      if (anew) {
        beginWith(records);
      } else {
        appendToFile(records);
      }
      done = true;
    } finally {
      if (!done) {
        abandon();
      }
    }
  }

  private void appendToFile(List<byte[]> records) throws IOException {
    ByteBuffer frame = LogFrame.encode(written, LogFrame.BATCH, forced, records);
    mayBeFound = true;
    boolean fits = written + frame.remaining() <= reserved;
    write(frame);
    if (config.ack() == LogConfig.Ack.FORCED) {
      if (fits) {
        file.forceBytes();
        forced = written;
      } else {
        reserve();
        force();
      }
    }
  }

  /** Does without if the disk has no room: the file grows with each batch then. */
  private void reserve() {
    if (config.aheadBytes() > 0) {
      try {
        file.reserve(config.aheadBytes());
        reserved = written + config.aheadBytes();
      } catch (IOException e) {
        log.debug("{} grows with each batch", files.file(number), e);
      }
    }
  }

  /** Begins a file that replaces all others. */
  private void beginWith(List<byte[]> records) throws IOException {
    abandon();
    Path fresh = files.fresh();
    disk.delete(fresh); // left by a process that was killed, or by a failure
    file = disk.create(fresh);
    written = 0;
    forced = 0;
    reserved = 0;
    writeSnapshot(records);
    force();
    rotateAt = written + Math.max(written, config.rotationBytes());
    number++;
    mayBeFound = true;
    disk.rename(fresh, files.file(number));
    // A disk may reorder steps that are not forced.
    disk.forceDirectory(fresh.getParent());
    removeOthers();
  }

  private void removeOthers() {
    try {
      files.removeAllBut(number);
    } catch (IOException e) {
      log.warn("files that {} has replaced could not be removed", files.file(number), e);
    }
  }

  /** Writes the present state and some records behind it. Has one frame in memory at a time. */
  private void writeSnapshot(List<byte[]> records) throws IOException {
    write(ByteBuffer.wrap(LogScan.HEAD));
    var frame = new SnapshotFrame();
    for (byte[] record : snapshot.get()) {
      frame.add(record);
    }
    for (byte[] record : records) {
      frame.add(record);
    }
    write(LogFrame.encode(written, LogFrame.LAST_OF_SNAPSHOT, 0, frame.records));
  }

  /** The records that the next frame of a snapshot will have. */
  private final class SnapshotFrame {
    private final List<byte[]> records = new ArrayList<>();
    private long bytes;

    /** Adds a record. Writes those before it if they are enough. */
    void add(byte[] record) throws IOException {
      if (bytes >= SNAPSHOT_FRAME_BYTES) {
        write(LogFrame.encode(written, LogFrame.SNAPSHOT, 0, records));
        records.clear();
        bytes = 0;
      }
      records.add(record);
      bytes += record.length;
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    int length = bytes.remaining();
    file.write(bytes);
    written += length;
  }

  private void force() throws IOException {
    file.force();
    forced = written;
  }

  private void requireShort(List<byte[]> records) {
    for (byte[] record : records) {
      if (record.length > config.recordBytesMax()) {
        throw new IllegalArgumentException(
            "a record of " + record.length + " bytes, more than " + config.recordBytesMax());
      }
    }
  }

  private void abandon() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        log.warn("{} could not be closed", files.file(number), e);
      }
      file = null;
    }
  }

  /** Forces written bytes and closes the file. */
  @Override
  public void close() {
    try {
      if (file != null && forced < written) {
        force();
      }
    } catch (IOException | RuntimeException e) {
      log.warn("{} could not be forced when it was closed", files.file(number), e);
    }
    abandon();
  }
}
