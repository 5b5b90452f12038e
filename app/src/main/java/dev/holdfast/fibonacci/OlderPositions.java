package dev.holdfast.fibonacci;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.holdfast.disk.DamagedLogException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * Reads the position files of versions before the log. Such a file has a line of 32 bytes for each
 * force: ten digits, a space, the CRC-32 of these eleven bytes in eight hex digits, spaces, and a
 * newline.
 */
final class OlderPositions {
  static final int LINE_BYTES = 32;

  /** The most lines of a file. */
  static final int LINES_MAX = 4096;

  private static final int DIGITS = 10;

  private OlderPositions() {}

  /**
   * Reads the position of the last line. Passes over a last line that lacks its begin or its end:
   * it was being written when the power went, and was not acknowledged.
   */
  static void read(Path file, byte[] bytes, Consumer<byte[]> record) throws DamagedLogException {
    int lines = lines(bytes);
    if (lines == 0 || lines > LINES_MAX) {
      throw new DamagedLogException(file, 0, "it has " + lines + " lines, not 1 to " + LINES_MAX);
    }
    long last = -1;
    for (int i = 0; i < lines; i++) {
      long position = parse(bytes, i * LINE_BYTES);
      if (position < 0 || position < last) {
        throw new DamagedLogException(file, (long) i * LINE_BYTES, "line " + (i + 1));
      }
      record.accept(Positions.record(position));
      last = position;
    }
  }

  /** Returns the line that earlier versions wrote for a position. */
  static byte[] line(long position) {
    String checked = "%010d ".formatted(position);
    var crc = new CRC32();
    crc.update(checked.getBytes(US_ASCII));
    return "%s%08x            \n".formatted(checked, crc.getValue()).getBytes(US_ASCII);
  }

  /** Returns the position of a line, or -1 if the bytes are no line. */
  private static long parse(byte[] file, int offset) {
    long position = 0;
    for (int i = offset; i < offset + DIGITS; i++) {
      if (file[i] < '0' || file[i] > '9') {
        return -1;
      }
      position = position * 10 + file[i] - '0';
    }
    boolean same = Arrays.equals(line(position), 0, LINE_BYTES, file, offset, offset + LINE_BYTES);
    return same ? position : -1;
  }

  /** Returns the number of lines that were written to their end. */
  private static int lines(byte[] bytes) {
    int length = written(bytes);
    int lines = length / LINE_BYTES;
    boolean isWhole = length % LINE_BYTES == 0;
    boolean lacksItsHead = isWhole && lines > 0 && bytes[length - LINE_BYTES] == 0;
    return lacksItsHead ? lines - 1 : lines;
  }

  /**
   * Returns how many bytes were written. A file may have grown before its bytes came: the missing
   * ones read as zeros.
   */
  private static int written(byte[] bytes) {
    int length = bytes.length;
    while (length > 0 && bytes[length - 1] == 0) {
      length--;
    }
    return length;
  }
}
