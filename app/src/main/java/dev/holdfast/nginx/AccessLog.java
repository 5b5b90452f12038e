package dev.holdfast.nginx;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.LocalDisk;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * nginx's access log and the one before it, {@code access.log.1}. Together they stay within a
 * bound. A log that has reached a third of the bound replaces the one before it. The last third is
 * for the lines that come until the next look.
 *
 * <p>Threading: one thread at a time calls {@link #keepWithinBound}; the rest may be called from
 * any thread.
 */
public final class AccessLog {
  private static final Logger log = LoggerFactory.getLogger(AccessLog.class);
  private static final int PARTS = 3;

  private final Disk disk = new LocalDisk();
  private final Path current;
  private final Path before;
  private final long bytesMax;

  /** The log has its other name, and nginx has not been told yet. */
  private boolean isSetAside; // of the one thread

  /** The bytes of both logs at the last look. */
  private volatile long bytes;

  /** Makes nginx write to a new file. */
  interface Reopening {
    void run() throws IOException;
  }

  /**
   * @param file where nginx writes it
   * @param bytesMax the bound of both files together, in bytes, 1 or more
   */
  public AccessLog(Path file, long bytesMax) throws IOException {
    this.current = file;
    this.before = file.resolveSibling(file.getFileName() + ".1");
    this.bytesMax = bytesMax;
    this.bytes = size(current) + size(before);
  }

  /**
   * Returns how much the logs may still grow, in bytes, 0 or more, as of the last look. This part
   * of the disk is theirs.
   */
  public long growthMax() {
    return Math.max(0, bytesMax - bytes);
  }

  /**
   * Sets a full log aside. Removes a log that is over the bound, such as one of a version without a
   * bound.
   *
   * @param reopening is run when the log has its other name. Until then nginx writes to the file
   *     that it has open, so that no line is lost
   * @throws IOException if the log could not be set aside; call this again
   */
  void keepWithinBound(Reopening reopening) throws IOException {
    if (size(current) >= Math.ceilDiv(bytesMax, PARTS)) {
      disk.rename(current, before);
      isSetAside = true;
    }
    if (isSetAside) {
      reopening.run();
      isSetAside = false;
    }
    long old = size(before);
    if (old > bytesMax - bytesMax / PARTS) {
      log.warn("{} had {} bytes, which is over the bound of all logs, and is removed", before, old);
      disk.delete(before);
      old = 0;
    }
    bytes = size(current) + old;
  }

  private long size(Path file) throws IOException {
    return disk.facts(file).map(Disk.FileFacts::size).orElse(0L);
  }
}
