package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.RecordLog;
import dev.holdfast.names.StoredName;
import dev.holdfast.staging.EntryName.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings the records that an earlier process has left in the {@link WriteAheadLog} to files, as
 * entries like any others. Of a name the highest version counts, in a record or in a file. A crash
 * at any step is safe: the next start does the rest.
 */
final class LogRecovery {
  private final Disk disk;
  private final Layout layout;
  private final EntryFiles files;

  LogRecovery(Disk disk, Layout layout) {
    this.disk = disk;
    this.layout = layout;
    this.files = new EntryFiles(disk, layout.writes());
  }

  /**
   * Returns when no record counts any more; they may still be there.
   *
   * @throws IOException if one is damaged: nothing acknowledged is given up
   */
  void run() throws IOException {
    Map<StoredName, Latest> records = latest(disk, layout.own());
    var logged = new ArrayList<EntryName>();
    var versions = new HashMap<StoredName, Long>();
    for (EntryName entry : files.list()) {
      if (entry.kind() == Kind.LOGGED_PUT) {
        logged.add(entry);
      } else {
        versions.merge(entry.name(), entry.version(), Math::max);
      }
    }
    if (records.isEmpty() && logged.isEmpty()) {
      return;
    }
    // Once more, since their bodies may not fit into memory together.
    look(
        disk,
        layout.own(),
        record -> {
          boolean isLatest = records.get(record.name()).equals(Latest.of(record));
          if (isLatest && versions.getOrDefault(record.name(), 0L) < record.version()) {
            bringToFile(record);
          }
        });
    // Without a record they were never acknowledged; else there are other files by now.
    for (EntryName entry : logged) {
      disk.delete(files.path(entry));
    }
    files.force();
  }

  private void bringToFile(LogRecord record) throws IOException {
    switch (record) {
      case LogRecord.Put put -> {
        // Even if its file is there: the kernel tells only once that it has lost bytes.
        var entry = new EntryName(Kind.PENDING_PUT, put.version(), put.name());
        Path temporary = layout.incoming().resolve("logged");
        files.rewrite(entry, put.body(), EntryFiles.contentOf(put.body()), temporary);
      }
      case LogRecord.Delete(StoredName name, long version) ->
          files.mark(new EntryName(Kind.PENDING_DELETE, version, name));
      case LogRecord.Over _ -> {}
    }
  }

  /** The stored names of all writes of which the log still has a record. */
  static List<StoredName> names(Disk disk, Path own) throws IOException {
    return latest(disk, own).entrySet().stream()
        .filter(record -> !record.getValue().isOver())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** What is known of the latest record of a name. */
  private record Latest(long version, boolean isOver) {
    static Latest of(LogRecord record) {
      return new Latest(record.version(), record instanceof LogRecord.Over);
    }

    Latest or(Latest other) {
      if (version == other.version) {
        return isOver ? this : other;
      }
      return version > other.version ? this : other;
    }
  }

  private static Map<StoredName, Latest> latest(Disk disk, Path own) throws IOException {
    var records = new HashMap<StoredName, Latest>();
    look(disk, own, record -> records.merge(record.name(), Latest.of(record), Latest::or));
    return records;
  }

  /** Takes a record. */
  private interface Looker {
    void take(LogRecord record) throws IOException;
  }

  private static void look(Disk disk, Path own, Looker looker) throws IOException {
    for (Path dir : Layout.logs(own)) {
      if (disk.isDirectory(dir)) {
        RecordLog.look(disk, dir, LogHalf.CONFIG, bytes -> looker.take(decode(dir, bytes)));
      }
    }
  }

  private static LogRecord decode(Path dir, byte[] bytes) throws IOException {
    try {
      return LogRecord.decode(bytes);
    } catch (IllegalArgumentException e) {
      throw new IOException("a record in " + dir + " is damaged", e);
    }
  }
}
