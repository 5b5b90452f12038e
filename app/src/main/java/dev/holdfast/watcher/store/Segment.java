package dev.holdfast.watcher.store;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.NewFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * A file of rows: a head, and for each row its length, its CRC-32C and its bytes. Rows behind a bad
 * one are not read: a power failure may have torn the end.
 *
 * @param number grows from segment to segment
 * @param file the file
 * @param rows how many rows were written, or -1 if another process wrote them
 * @param bytes the file's length
 */
record Segment(long number, Path file, int rows, long bytes) {
  static final int ROWS_UNKNOWN = -1;

  private static final byte[] HEAD = "holdfast-rows 1\n".getBytes(StandardCharsets.US_ASCII);

  /** The rows of a segment. */
  record Content(List<Row> rows, boolean isDamaged) {}

  /** Writes a segment and forces it, with its name. */
  static Segment write(Disk disk, Path dir, long number, List<Row> rows) throws IOException {
    Path file = dir.resolve(name(number));
    byte[] bytes = encode(rows);
    try (NewFile out = disk.create(file)) {
      out.write(ByteBuffer.wrap(bytes));
      out.force();
    }
    disk.forceDirectory(dir);
    return new Segment(number, file, rows.size(), bytes.length);
  }

  static String name(long number) {
    return String.format(Locale.ROOT, "rows-%012d", number);
  }

  private static byte[] encode(List<Row> rows) throws IOException {
    var all = new ByteArrayOutputStream();
    var out = new DataOutputStream(all);
    out.write(HEAD);
    for (Row row : rows) {
      var one = new ByteArrayOutputStream();
      row.write(new DataOutputStream(one));
      byte[] bytes = one.toByteArray();
      out.writeInt(bytes.length);
      out.writeInt(crc(bytes));
      out.write(bytes);
    }
    return all.toByteArray();
  }

  /** Reads the rows up to the first bad one. */
  Content read(Disk disk) throws IOException {
    byte[] bytes;
    try (InputStream in = disk.open(file)) {
      bytes = in.readAllBytes();
    }
    var rows = new ArrayList<Row>();
    if (bytes.length < HEAD.length || !Arrays.equals(HEAD, 0, HEAD.length, bytes, 0, HEAD.length)) {
      return new Content(rows, true);
    }
    var left = ByteBuffer.wrap(bytes, HEAD.length, bytes.length - HEAD.length);
    while (left.remaining() >= 2 * Integer.BYTES) {
      int length = left.getInt();
      int crc = left.getInt();
      if (length < 0 || length > left.remaining()) {
        return new Content(rows, true);
      }
      byte[] row = new byte[length];
      left.get(row);
      if (crc(row) != crc) {
        return new Content(rows, true);
      }
      rows.add(Row.read(new DataInputStream(new ByteArrayInputStream(row))));
    }
    return new Content(rows, left.hasRemaining());
  }

  private static int crc(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
