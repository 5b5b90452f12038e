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
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A file of rows: a head, and for each row its length, its CRC-32C and its bytes. Rows behind a bad
 * one are not read: a power failure may have torn the end.
 *
 * <p>The name of the file says where its rows belong, and how many there are. So a segment need not
 * be read to be dropped, or to be left alone.
 *
 * @param number grows from segment to segment
 * @param home where its rows belong
 * @param rows how many rows were written
 * @param file the file
 * @param bytes the file's length
 */
record Segment(long number, Home home, int rows, Path file, long bytes) {
  private static final byte[] HEAD = "holdfast-rows 1\n".getBytes(StandardCharsets.US_ASCII);

  private static final Pattern NAME =
      Pattern.compile(
          "rows-(\\d{12})-(\\d{1,9})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
              + "-([a-z0-9-]{1,40})");

  /** The rows of a segment. */
  record Content(List<Row> rows, boolean isDamaged) {}

  /** Returns a segment that is not written yet. */
  static Segment in(Path dir, long number, Home home, int rows, long bytes) {
    String name =
        String.format(
            Locale.ROOT, "rows-%012d-%d-%s-%s", number, rows, home.database(), home.location());
    return new Segment(number, home, rows, dir.resolve(name), bytes);
  }

  /** Returns the segment of a file, or empty if its name is none of a segment. */
  static Optional<Segment> of(Path file, long bytes) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    if (!name.matches()) {
      return Optional.empty();
    }
    var home = new Home(UUID.fromString(name.group(3)), name.group(4));
    return Optional.of(
        new Segment(
            Long.parseLong(name.group(1)), home, Integer.parseInt(name.group(2)), file, bytes));
  }

  /**
   * Writes the file and forces it, with its name.
   *
   * @throws IOException if the disk fails. The file may be there all the same
   */
  void write(Disk disk, byte[] content) throws IOException {
    try (NewFile out = disk.create(file)) {
      out.write(ByteBuffer.wrap(content));
      out.force();
    }
    disk.forceDirectory(file.getParent());
  }

  /** Returns the content of a file of rows. */
  static byte[] encode(List<Row> rows) throws IOException {
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

  /**
   * Reads the rows up to the first bad one. It is damaged, too, if rows are missing: an end may be
   * torn between two of them.
   *
   * @throws IOException if the file cannot be read, which says nothing about its rows
   */
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
      if (!isRead(row, rows)) {
        return new Content(rows, true);
      }
    }
    return new Content(rows, left.hasRemaining() || rows.size() < this.rows);
  }

  /** Adds a row to others. Returns false if its bytes are none of a row. */
  private static boolean isRead(byte[] row, List<Row> rows) {
    try {
      rows.add(Row.read(new DataInputStream(new ByteArrayInputStream(row))));
      return true;
    } catch (IOException tooShort) {
      return false;
    }
  }

  private static int crc(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
