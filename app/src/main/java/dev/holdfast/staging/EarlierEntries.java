package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
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
    List<String> put = names(disk, layout.own(), PUT);
    List<String> deleted = names(disk, layout.own(), DELETE);
    if (put.isEmpty() && deleted.isEmpty()) {
      return;
    }
    for (String name : put) {
      if (deleted.remove(name)) {
        disk.delete(deletes.resolve(name));
      }
    }
    disk.forceDirectory(deletes);
    // Whatever was made there but not forced before a crash counts from now on.
    disk.forceDirectory(puts);
    var files = new EntryFiles(disk, layout.writes());
    for (String name : put) {
      files.add(new EntryName(Kind.PENDING_PUT, versions.next(), name), puts.resolve(name));
    }
    for (String name : deleted) {
      files.add(new EntryName(Kind.PENDING_DELETE, versions.next(), name), deletes.resolve(name));
    }
    files.force();
    disk.forceDirectory(puts);
    disk.forceDirectory(deletes);
  }

  /** The stored names of all writes that are still where that version had them. */
  static List<String> names(Disk disk, Path own) throws IOException {
    List<String> names = names(disk, own, PUT);
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

  private static List<String> names(Disk disk, Path own, String kind) throws IOException {
    var names = new ArrayList<String>();
    if (isThere(disk, own, kind)) {
      disk.list(directory(own, kind), names::add);
      names.removeIf(name -> !StoredName.isOne(name)); // somebody else's file
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
