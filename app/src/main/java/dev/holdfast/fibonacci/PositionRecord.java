package dev.holdfast.fibonacci;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * How a position is written: ten digits, a space, the CRC-32 of these eleven bytes in eight hex
 * digits, spaces, and a newline. It is as long as goes into the sector of a disk some whole number
 * of times, so that none lies across two sectors, of which one may be written without the other.
 */
final class PositionRecord {
  static final int BYTES = 32;

  private static final int POSITION_DIGITS = 10;
  private static final int CHECKED_BYTES = POSITION_DIGITS + 1;
  private static final int TEXT_BYTES = CHECKED_BYTES + 8;
  private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);

  private PositionRecord() {}

  /**
   * @param position 0 or more, ten digits at most
   */
  static byte[] of(long position) {
    var bytes = new byte[BYTES];
    long rest = position;
    for (int i = POSITION_DIGITS - 1; i >= 0; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    if (rest != 0) {
      throw new IllegalArgumentException("not a position: " + position);
    }
    bytes[POSITION_DIGITS] = ' ';
    var crc = new CRC32();
    crc.update(bytes, 0, CHECKED_BYTES);
    long sum = crc.getValue();
    for (int i = TEXT_BYTES - 1; i >= CHECKED_BYTES; i--) {
      bytes[i] = HEX[(int) (sum & 0xF)];
      sum >>>= 4;
    }
    Arrays.fill(bytes, TEXT_BYTES, BYTES - 1, (byte) ' ');
    bytes[BYTES - 1] = '\n';
    return bytes;
  }

  /** The position of a record of {@link #BYTES} bytes; -1 if it is not one. */
  static long parse(byte[] file, int offset) {
    long position = 0;
    for (int i = offset; i < offset + POSITION_DIGITS; i++) {
      if (file[i] < '0' || file[i] > '9') {
        return -1;
      }
      position = position * 10 + file[i] - '0';
    }
    byte[] right = of(position);
    boolean same = Arrays.equals(right, 0, BYTES, file, offset, offset + BYTES);
    return same ? position : -1;
  }
}
