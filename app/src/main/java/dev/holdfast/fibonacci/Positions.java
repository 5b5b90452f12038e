package dev.holdfast.fibonacci;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.LogConfig;
import dev.holdfast.disk.RecordLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Positions as records of a log: their decimal digits in ASCII. */
final class Positions {
  /** The log of the sequence. Earlier versions wrote lines into files of the same names. */
  static final LogConfig LOG = LogConfig.of("position-").with(OlderPositions::read);

  private static final String DIGITS = "[0-9]{1,10}";

  private Positions() {}

  /**
   * @param position 0 or more, ten digits at most
   */
  static byte[] record(long position) {
    return Long.toString(position).getBytes(US_ASCII);
  }

  /**
   * @throws IllegalArgumentException if the record is not a position
   */
  static long parse(byte[] record) {
    var text = new String(record, US_ASCII);
    if (!text.matches(DIGITS)) {
      throw new IllegalArgumentException("a record is not a position");
    }
    return Long.parseLong(text);
  }

  /**
   * Returns the position that a directory holds, or 0 if it holds none. The directory may belong to
   * another process that goes on writing.
   *
   * @throws dev.holdfast.disk.DamagedLogException if the latest file is damaged and the
   *     configuration refuses damage
   */
  static long look(Disk disk, Path dir, LogConfig log) throws IOException {
    List<byte[]> records = RecordLog.look(disk, dir, log);
    return records.isEmpty() ? 0 : parse(records.getLast());
  }
}
