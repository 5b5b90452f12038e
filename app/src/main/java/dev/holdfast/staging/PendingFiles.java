package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.GroupCommit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One directory of pending writes, a file a name, and what is not forced there.
 *
 * <p>Threading: may be used from any number of threads; of one name by one.
 */
final class PendingFiles {
  private final Disk disk;
  private final Path directory;
  private final GroupCommit commit;

  /** Names whose file was removed, which a power failure could still take back. */
  private final Set<String> unforced = ConcurrentHashMap.newKeySet();

  PendingFiles(Disk disk, Path directory) {
    this.disk = disk;
    this.directory = directory;
    this.commit = new GroupCommit(disk, directory);
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  /** Makes what happened to the entries so far durable. */
  void force() throws IOException {
    commit.force();
  }

  /**
   * Removes a file, durably, whether there is one or not: one that an earlier call removed, but
   * failed to force, is gone for good when this returns.
   */
  void remove(String name) throws IOException {
    if (disk.delete(path(name))) {
      unforced.add(name);
    }
    if (unforced.contains(name)) {
      commit.force();
      unforced.remove(name);
    }
  }
}
