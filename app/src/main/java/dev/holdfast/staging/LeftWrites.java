package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Looks from outside at what is pending or kept in a sidecar's own directory, be it in use or not,
 * of this version or the one before.
 */
public final class LeftWrites {
  private LeftWrites() {}

  /**
   * The stored names of all writes that are pending or kept there; none if it is no such directory.
   * An entry that is being removed may still be counted.
   *
   * @throws IOException if the directory cannot be read: it is not known to be empty
   */
  public static List<String> names(Disk disk, Path own) throws IOException {
    var names = new ArrayList<String>();
    if (!disk.isDirectory(own)) {
      return names;
    }
    Path writes = own.resolve(Layout.WRITES);
    if (disk.isDirectory(writes)) {
      // Twice: a file that is renamed in the middle of one listing may not be in it at all, and no
      // entry is renamed again so soon.
      var files = new TreeSet<String>();
      disk.list(writes, files::add);
      disk.list(writes, files::add);
      for (String file : files) {
        Optional<EntryName> entry = EntryName.parse(file);
        if (entry.isPresent()) {
          names.add(name(disk, writes, entry.get()));
        }
      }
    }
    names.addAll(EarlierEntries.names(disk, own));
    return names;
  }

  /** Makes all removals there durable. */
  public static void force(Disk disk, Path own) throws IOException {
    if (!disk.isDirectory(own)) {
      return;
    }
    EarlierEntries.force(disk, own);
    if (disk.isDirectory(own.resolve(Layout.WRITES))) {
      disk.forceDirectory(own.resolve(Layout.WRITES));
    }
  }

  private static String name(Disk disk, Path writes, EntryName entry) throws IOException {
    if (!entry.isLong()) {
      return entry.name();
    }
    try (InputStream in = disk.open(writes.resolve(entry.nameFile()))) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (NoSuchFileException removed) {
      return entry.name(); // nobody's name
    }
  }
}
