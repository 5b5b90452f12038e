package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.names.StoredName;
import dev.holdfast.staging.EntryName.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes over what the version of Holdfast before entries had versions has left: a directory of
 * pending puts and one of pending deletes, a file a name.
 *
 * <p>Of a put and a delete of one name the put was the newer one. A crash at any step is safe: what
 * was moved is an entry, and the rest is moved by the next start.
 */
final class EarlierEntries {
  private static final String PENDING = "pending";
  private static final String PUT = "put";
  private static final String DELETE = "delete";

  private final Disk disk;
  private final Layout layout;
  private final Versions versions;
  private final Path puts;
  private final Path deletes;

  EarlierEntries(Disk disk, Layout layout, Versions versions) {
    this.disk = disk;
    this.layout = layout;
    this.versions = versions;
    this.puts = directory(layout.own(), PUT);
    this.deletes = directory(layout.own(), DELETE);
  }

  void takeOver() throws IOException {
    List<StoredName> put = names(disk, layout.own(), PUT);
    List<StoredName> deleted = names(disk, layout.own(), DELETE);
    if (put.isEmpty() && deleted.isEmpty()) {
      return;
    }
    for (StoredName name : put) {
      if (deleted.remove(name)) {
        disk.delete(deletes.resolve(name.toString()));
      }
    }
    disk.forceDirectory(deletes);
    // An entry that was made there but not forced before a crash counts from now on.
    disk.forceDirectory(puts);
    var files = new EntryFiles(disk, layout.writes());
    for (StoredName name : put) {
      files.add(
          new EntryName(Kind.PENDING_PUT, versions.next(), name), puts.resolve(name.toString()));
    }
    for (StoredName name : deleted) {
      files.add(
          new EntryName(Kind.PENDING_DELETE, versions.next(), name),
          deletes.resolve(name.toString()));
    }
    files.force();
    disk.forceDirectory(puts);
    disk.forceDirectory(deletes);
  }

  /** The stored names of all writes that are still where that version had them. */
  static List<StoredName> names(Disk disk, Path own) throws IOException {
    List<StoredName> names = names(disk, own, PUT);
    names.addAll(names(disk, own, DELETE));
    return names;
  }

  /** Makes all removals from them durable. */
  static void force(Disk disk, Path own) throws IOException {
    for (String kind : new String[] {PUT, DELETE}) {
      if (isThere(disk, own, kind)) {
        disk.forceDirectory(directory(own, kind));
      }
    }
  }

  private static List<StoredName> names(Disk disk, Path own, String kind) throws IOException {
    var names = new ArrayList<StoredName>();
    if (isThere(disk, own, kind)) {
      // A file that is called by no stored name is somebody else's.
      disk.list(directory(own, kind), file -> StoredName.parse(file).ifPresent(names::add));
    }
    return names;
  }

  /** Step by step, since below a file nothing can be looked for. */
  private static boolean isThere(Disk disk, Path own, String kind) throws IOException {
    return disk.isDirectory(own.resolve(PENDING)) && disk.isDirectory(directory(own, kind));
  }

  private static Path directory(Path own, String kind) {
    return own.resolve(PENDING).resolve(kind);
  }
}
