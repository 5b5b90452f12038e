package dev.holdfast.disk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A frame: the part of a log's file that one write appends, with some records or none.
 *
 * <pre>
 *  byte  0      {@link #MAGIC}
 *        1      the kind: {@link #SNAPSHOT}, {@link #LAST_OF_SNAPSHOT}, {@link #BATCH}
 *        2..5   how long the payload is, in bytes
 *        6..13  how much of the file was forced before this frame was written, in bytes
 *       14..17  CRC-32C of the payload
 *       18..21  CRC-32C of the frame's offset in the file, and of bytes 0 to 17
 *       22..    the payload: for each record its length in four bytes, and its bytes
 *  the last     {@link #END}
 * </pre>
 *
 * Numbers are big-endian.
 *
 * <ul>
 *   <li>The header has a checksum of its own, so that a wrong length does not pass for a frame that
 *       was cut off.
 *   <li>The checksum covers the offset, so that bytes that a client chose never pass for a frame.
 *   <li>The first and the last byte are not zero: a zero there shows that the disk did not get the
 *       byte.
 * </ul>
 *
 * @param offset where it begins in the file
 * @param kind one of the three
 * @param forced how many bytes of the file were forced before it
 * @param end where the next frame begins
 */
record LogFrame(long offset, byte kind, long forced, long end) {
  static final byte SNAPSHOT = 1;
  static final byte LAST_OF_SNAPSHOT = 2;
  static final byte BATCH = 3;

  static final int HEADER_BYTES = 22;
  static final byte MAGIC = (byte) 0xA7;
  static final byte END = '\n';

  private static final int HEADER_CHECK_AT = 18;
  private static final int PAYLOAD_CHECK_AT = 14;

  /** A record in a file. It is a part of the file's bytes until somebody asks for it. */
  static final class Found {
    private final long offset;
    private final byte[] file;
    private final int from;
    private final int to;

    Found(long offset, byte[] bytes) {
      this(offset, bytes, 0, bytes.length);
    }

    private Found(long offset, byte[] file, int from, int to) {
      this.offset = offset;
      this.file = file;
      this.from = from;
      this.to = to;
    }

    /** Returns where it begins in the file. */
    long offset() {
      return offset;
    }

    /** Returns the record. */
    byte[] bytes() {
      return Arrays.copyOfRange(file, from, to);
    }
  }

  /** Returns the bytes of a frame, ready to be written. */
  static ByteBuffer encode(long offset, byte kind, long forced, List<byte[]> records) {
    int payload = Math.toIntExact(payloadBytes(records));
    var frame = ByteBuffer.allocate(Math.addExact(HEADER_BYTES + 1, payload));
    frame.put(MAGIC).put(kind).putInt(payload).putLong(forced);
    frame.position(HEADER_BYTES);
    for (byte[] record : records) {
      frame.putInt(record.length).put(record);
    }
    frame.put(END);
    frame.putInt(PAYLOAD_CHECK_AT, crc(frame.array(), HEADER_BYTES, payload));
    frame.putInt(HEADER_CHECK_AT, headerCrc(frame.array(), 0, offset));
    return frame.flip();
  }

  /** Returns the length of a payload with these records, in bytes. */
  static long payloadBytes(List<byte[]> records) {
    long bytes = 0;
    for (byte[] record : records) {
      bytes += Integer.BYTES + (long) record.length;
    }
    return bytes;
  }

  /** Returns true if a whole, undamaged header is here. Its length is right then. */
  static boolean hasHeader(byte[] file, int offset, int end) {
    return end - offset >= HEADER_BYTES
        && file[offset] == MAGIC
        && ByteBuffer.wrap(file).getInt(offset + HEADER_CHECK_AT)
            == headerCrc(file, offset, offset);
  }

  /** Reads a header for which {@link #hasHeader} is true. Its payload may be missing. */
  static LogFrame header(byte[] file, int offset) {
    var bytes = ByteBuffer.wrap(file);
    long length = bytes.getInt(offset + 2);
    return new LogFrame(
        offset, file[offset + 1], bytes.getLong(offset + 6), offset + HEADER_BYTES + length + 1);
  }

  /** Returns true if payload and end are here, too, undamaged. */
  boolean isWhole(byte[] file, int fileEnd) {
    return end <= fileEnd
        && file[(int) end - 1] == END
        && ByteBuffer.wrap(file).getInt((int) offset + PAYLOAD_CHECK_AT)
            == crc(file, (int) offset + HEADER_BYTES, payloadLength());
  }

  /** Returns the records of a frame for which {@link #isWhole} is true. */
  List<Found> records(byte[] file) {
    var records = new ArrayList<Found>();
    var payload = ByteBuffer.wrap(file, (int) offset + HEADER_BYTES, payloadLength());
    while (payload.hasRemaining()) {
      int at = payload.position();
      int from = at + Integer.BYTES;
      int length = payload.getInt();
      payload.position(from + length);
      records.add(new Found(at, file, from, from + length));
    }
    return records;
  }

  private int payloadLength() {
    return (int) (end - offset) - HEADER_BYTES - 1;
  }

  private static int headerCrc(byte[] bytes, int at, long offset) {
    var crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(offset).flip());
    crc.update(bytes, at, HEADER_CHECK_AT);
    return (int) crc.getValue();
  }

  private static int crc(byte[] bytes, int at, int length) {
    var crc = new CRC32C();
    crc.update(bytes, at, length);
    return (int) crc.getValue();
  }
}
