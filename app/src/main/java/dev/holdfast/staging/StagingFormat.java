package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.NewFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The format of a sidecar's directory: a number that grows with every change of the layout, in the
 * file {@code format}. A version reads the formats up to its own, and refuses the newer ones, whose
 * writes it would pass over.
 */
public final class StagingFormat {
  /** The format that this version writes. Directories of format 1 have no file {@code format}. */
  static final int CURRENT = 3;

  private static final String FILE = "format";
  private static final int FIRST = 1;
  private static final int BYTES_MAX = 100;
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}\n?");

  private StagingFormat() {}

  /**
   * Checks that this version can read a sidecar's directory, and changes nothing.
   *
   * @param directory the directory, which may be missing
   * @return its format, 1 or more
   * @throws IOException if the directory is of a newer format, or its format cannot be read; the
   *     message is one line
   */
  public static int requireKnown(Disk disk, Path directory) throws IOException {
    int format = read(disk, directory.resolve(FILE));
    if (format > CURRENT) {
      throw new IOException(
          directory
              + " was written by a newer version of Holdfast, in format "
              + format
              + "; this version knows formats up to "
              + CURRENT
              + ", and has changed nothing");
    }
    return format;
  }

  /**
   * Marks the directory of a sidecar as one of the present format, durably. Call it before anything
   * is written that the format before did not have.
   */
  static void claim(Disk disk, Layout layout) throws IOException {
    if (requireKnown(disk, layout.own()) == CURRENT) {
      return;
    }
    Path written = layout.incoming().resolve(FILE);
    try (NewFile file = disk.create(written)) {
      file.write(ByteBuffer.wrap((CURRENT + "\n").getBytes(StandardCharsets.US_ASCII)));
      file.force();
    }
    disk.rename(written, layout.own().resolve(FILE));
    disk.forceDirectory(layout.own());
  }

  private static int read(Disk disk, Path file) throws IOException {
    String text;
    try (InputStream in = disk.open(file)) {
      text = new String(in.readNBytes(BYTES_MAX), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException none) {
      return FIRST;
    }
    if (!NUMBER.matcher(text).matches()) {
      throw new IOException(file + " does not say which format this is, and nothing was changed");
    }
    return Integer.parseInt(text.strip());
  }
}
