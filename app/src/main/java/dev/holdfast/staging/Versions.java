package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.NewFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Numbers the writes of a store. A later write has the higher number, whatever name it is of, and
 * whatever was removed, lost or restarted in between: numbers are reserved in blocks, in a file
 * that is forced before one of them is used.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Versions {
  /** How many numbers one force reserves. Those that a process does not use are left out. */
  static final long BLOCK = 1 << 20;

  private final Disk disk;
  private final Layout layout;
  private final ReentrantLock lock = new ReentrantLock();
  private long last; // guarded by lock
  private long reserved; // guarded by lock; numbers up to this one may be used

  private Versions(Disk disk, Layout layout, long last) {
    this.disk = disk;
    this.layout = layout;
    this.last = last;
    this.reserved = last;
  }

  /**
   * Goes on behind all numbers that were ever reserved.
   *
   * @throws IOException if that cannot be told: a number must not be used twice
   */
  static Versions open(Disk disk, Layout layout) throws IOException {
    long highest = read(disk, layout.versionsFile());
    var files = new ArrayList<String>();
    disk.list(layout.writes(), files::add);
    for (String file : files) {
      // The file may be older than the entries, in a copy that somebody has restored.
      highest = Math.max(highest, EntryName.parse(file).map(EntryName.Head::version).orElse(0L));
    }
    var versions = new Versions(disk, layout, highest);
    versions.reserve(); // so that no write has to
    return versions;
  }

  /** The next number, 1 or more. */
  long next() throws IOException {
    lock.lock();
    try {
      if (last == reserved) {
        reserve();
      }
      return ++last;
    } finally {
      lock.unlock();
    }
  }

  /** The lock is held, or nobody else has this yet. */
  private void reserve() throws IOException {
    long more = reserved + BLOCK;
    Path written = layout.incoming().resolve("versions");
    disk.delete(written); // left by an attempt that failed
    try (NewFile file = disk.create(written)) {
      file.write(ByteBuffer.wrap(Long.toString(more).getBytes(StandardCharsets.US_ASCII)));
      file.force();
    }
    disk.rename(written, layout.versionsFile());
    disk.forceDirectory(layout.own());
    reserved = more;
  }

  private static long read(Disk disk, Path file) throws IOException {
    String text;
    try (InputStream in = disk.open(file)) {
      text = new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
    } catch (NoSuchFileException first) {
      return 0;
    }
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new IOException(
          file + " is damaged: it has to hold the number of the last write, not \"" + text + '"');
    }
  }
}
