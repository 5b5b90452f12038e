package dev.holdfast.fibonacci;

import dev.holdfast.disk.Disk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The position files of one directory: what they are called and what they say. */
final class PositionFiles {
  /** A file that is not complete yet. */
  static final String NEW = "new";

  private static final String PREFIX = "position-";

  /** How often a directory may change under somebody who only looks. */
  private static final int LOOKS_MAX = 100;

  private PositionFiles() {}

  static Path file(Path dir, long number) {
    return dir.resolve(PREFIX + number);
  }

  /** The number of a position file; -1 if it is none. */
  static long number(String name) {
    return name.matches(PREFIX + "[0-9]{1,18}")
        ? Long.parseLong(name.substring(PREFIX.length()))
        : -1;
  }

  /** The names of all position files. */
  static List<String> names(Disk disk, Path dir) throws IOException {
    var names = new ArrayList<String>();
    disk.list(
        dir,
        name -> {
          if (number(name) >= 0) {
            names.add(name);
          }
        });
    return names;
  }

  /**
   * The highest position that a directory knows of; empty if there is no position file. The
   * directory may be another process' own, which goes on writing.
   *
   * @throws DamagedPositionException if a file is not as it was written
   */
  static OptionalLong highest(Disk disk, Path dir) throws IOException {
    for (int look = 1; ; look++) {
      try {
        var highest = OptionalLong.empty();
        for (String name : names(disk, dir)) {
          long position = last(disk, dir.resolve(name));
          highest = OptionalLong.of(Math.max(position, highest.orElse(0)));
        }
        return highest;
      } catch (NoSuchFileException replaced) {
        if (look == LOOKS_MAX) {
          throw replaced;
        }
      }
    }
  }

  /**
   * The position in the last record of a file. What follows the last whole record was being written
   * when the power went, and was not acknowledged: it is passed over. So is a last record of which
   * only the end was written.
   */
  private static long last(Disk disk, Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = disk.open(file)) {
      bytes = in.readNBytes((PositionLog.RECORDS_MAX + 1) * PositionRecord.BYTES);
    }
    int records = records(bytes);
    if (records == 0 || records > PositionLog.RECORDS_MAX) {
      throw new DamagedPositionException(
          file
              + " is damaged: it has "
              + records
              + " records, not 1 to "
              + PositionLog.RECORDS_MAX);
    }
    long last = -1;
    for (int i = 0; i < records; i++) {
      long position = PositionRecord.parse(bytes, i * PositionRecord.BYTES);
      if (position < 0 || position < last) {
        throw new DamagedPositionException(file + " is damaged: line " + (i + 1));
      }
      last = position;
    }
    return last;
  }

  /** How many records there are that were written to their end. */
  private static int records(byte[] bytes) {
    int length = written(bytes);
    int records = length / PositionRecord.BYTES;
    boolean isWhole = length % PositionRecord.BYTES == 0;
    boolean lacksItsHead = isWhole && records > 0 && bytes[length - PositionRecord.BYTES] == 0;
    return lacksItsHead ? records - 1 : records;
  }

  /** A file may have grown before its bytes came: what was never written reads as zero bytes. */
  private static int written(byte[] bytes) {
    int length = bytes.length;
    while (length > 0 && bytes[length - 1] == 0) {
      length--;
    }
    return length;
  }
}
