package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.names.StoredName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/** Finds out what the entries are worth that an earlier process has left. */
final class EntryRecovery {
  /** A version is found twice if a crash has come between: then the pending entry counts. */
  private static final Comparator<EntryName> NEWER =
      Comparator.comparingLong(EntryName::version)
          .thenComparingInt(entry -> entry.kind().isKept() ? 0 : 1);

  private final Disk disk;
  private final EntryFiles files;

  EntryRecovery(Disk disk, EntryFiles files) {
    this.disk = disk;
    this.files = files;
  }

  /**
   * The newest entry of a name.
   *
   * @param sinceMs when it was made, or settled, in ms since 1970
   * @param content what was put; empty for a delete
   */
  record Left(EntryName entry, long sinceMs, Optional<Content> content) {}

  /**
   * Returns the newest entry of each name, the oldest first, and removes all others.
   *
   * @param trusted true if the kernel is still the one under which the origin confirmed what is
   *     kept; otherwise all of it is pending again
   */
  List<Left> run(long nowMs, boolean trusted) throws IOException {
    var newest = new HashMap<StoredName, EntryName>();
    var older = new ArrayList<EntryName>();
    for (EntryName entry : files.list()) {
      EntryName other = newest.get(entry.name());
      boolean wins = other == null || NEWER.compare(entry, other) > 0;
      if (other != null) {
        older.add(wins ? other : entry);
      }
      if (wins) {
        newest.put(entry.name(), entry);
      }
    }
    // Entries that were made but not forced before the crash count from now on, and only then may
    // they replace others.
    files.force();
    for (EntryName entry : older) {
      if (newest.get(entry.name()).version() == entry.version()) {
        files.removeTwin(entry);
      } else {
        files.remove(entry);
      }
    }
    var left = new ArrayList<Left>();
    for (EntryName entry : newest.values()) {
      left.add(look(entry, nowMs, trusted));
    }
    files.force();
    left.sort(Comparator.comparingLong(Left::sinceMs).thenComparingLong(l -> l.entry().version()));
    return left;
  }

  private Left look(EntryName found, long nowMs, boolean trusted) throws IOException {
    EntryName entry = found;
    if (entry.kind().isKept() && !trusted) {
      entry = entry.as(entry.kind().kept(false));
      files.change(found, entry.kind());
    }
    Path file = files.path(entry);
    Optional<Content> content =
        entry.kind().isPut()
            ? Optional.of(Content.of(disk.facts(file).orElseThrow()))
            : Optional.empty();
    return new Left(entry, Math.min(nowMs, disk.changedMs(file)), content);
  }
}
