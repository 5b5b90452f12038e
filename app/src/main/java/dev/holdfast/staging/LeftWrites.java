package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.names.StoredName;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The writes that are pending or kept in a sidecar's own directory, seen from outside. The
 * directory may be in use, and be of this version or of one before. A write whose record is still
 * in the log is among them, even if it has left. An entry that is being removed may still be among
 * them.
 *
 * @param names the stored names
 * @param unnamed how many entries have lost their names, since their removal has begun
 */
public record LeftWrites(List<StoredName> names, int unnamed) {
  /**
   * Looks into a directory. There is nothing left if it is no such directory.
   *
   * @throws IOException if the directory cannot be read: it is not known to be empty
   */
  public static LeftWrites in(Disk disk, Path own) throws IOException {
    var names = new ArrayList<StoredName>();
    if (!disk.isDirectory(own)) {
      return new LeftWrites(names, 0);
    }
    int unnamed = 0;
    Path writes = own.resolve(Layout.WRITES);
    if (disk.isDirectory(writes)) {
      // Twice: a file that is renamed in the middle of one listing may not be in it at all, and no
      // entry is renamed again so soon.
      var files = new TreeSet<String>();
      disk.list(writes, files::add);
      disk.list(writes, files::add);
      for (String file : files) {
        Optional<EntryName.Head> entry = EntryName.parse(file);
        if (entry.isPresent()) {
          Optional<StoredName> name = name(disk, writes, entry.get());
          name.ifPresent(names::add);
          unnamed += name.isPresent() ? 0 : 1;
        }
      }
    }
    names.addAll(EarlierEntries.names(disk, own));
    names.addAll(LogRecovery.names(disk, own));
    return new LeftWrites(names, unnamed);
  }

  /** Returns true if nothing is left. */
  public boolean isEmpty() {
    return names.isEmpty() && unnamed == 0;
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

  private static Optional<StoredName> name(Disk disk, Path writes, EntryName.Head entry)
      throws IOException {
    if (entry.name().isPresent()) {
      return entry.name();
    }
    try {
      return Optional.of(EntryFiles.readName(disk, writes, entry));
    } catch (NoSuchFileException removed) {
      return Optional.empty();
    }
  }
}
