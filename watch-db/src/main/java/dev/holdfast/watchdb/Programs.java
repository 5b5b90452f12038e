package dev.holdfast.watchdb;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * The directory of PostgreSQL's programs, which the library unpacks once. If that breaks off, the
 * library takes what is there for the work of another process and fails at each later start. So
 * this removes what is not whole before it lets the library unpack.
 *
 * <p>Threading: may be used from any number of threads and processes.
 */
final class Programs {
  /** Guards the lock file against the other threads of this process. */
  private static final ReentrantLock THREADS = new ReentrantLock();

  /** The library makes this file when all programs are there. */
  private static final String WHOLE = ".exists";

  private static final String UNPACKED = "PG-*";

  private final Path dir;

  /**
   * @param dir is made if it is missing. All its processes have to be of this class
   */
  Programs(Path dir) {
    this.dir = dir;
  }

  /** Returns the directory of this user, in that for temporary files. */
  static Path ofUser() {
    return Path.of(
        System.getProperty("java.io.tmpdir"),
        "holdfast-postgresql-" + System.getProperty("user.name"));
  }

  /** A start of a server. */
  @FunctionalInterface
  interface Start<T> {
    T run() throws IOException;
  }

  /**
   * Starts a server. While the programs are not there, one start at a time runs.
   *
   * @throws IOException if the directory is unusable, or the start says so
   */
  <T> T start(Start<T> start) throws IOException {
    Files.createDirectories(dir);
    THREADS.lock();
    try (var file =
            FileChannel.open(
                dir.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = file.lock()) {
      if (!areWhole()) {
        return start.run();
      }
    } finally {
      THREADS.unlock();
    }
    return start.run();
  }

  /** Removes what is not whole. Returns true if something is left. */
  private boolean areWhole() throws IOException {
    boolean isWhole = false;
    try (var found = Files.newDirectoryStream(dir, UNPACKED)) {
      for (Path unpacked : found) {
        if (Files.exists(unpacked.resolve(WHOLE))) {
          isWhole = true;
        } else {
          delete(unpacked);
        }
      }
    }
    return isWhole;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
