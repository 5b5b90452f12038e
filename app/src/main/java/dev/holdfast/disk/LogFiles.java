package dev.holdfast.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The files of a log in one directory. A name is a prefix and a number. The latest file, with the
 * highest number, is the log. It has replaced all older ones, whatever they say.
 */
final class LogFiles {
  /** A file that is not complete yet. */
  static final String NEW = "new";

  private static final String SET_ASIDE = "set-aside-";

  /** How often a look is repeated because the directory has changed meanwhile. */
  private static final int LOOKS_MAX = 100;

  private final Disk disk;
  private final Path dir;
  private final LogConfig config;

  LogFiles(Disk disk, Path dir, LogConfig config) {
    this.disk = disk;
    this.dir = dir;
    this.config = config;
  }

  Path file(long number) {
    return dir.resolve(config.filePrefix() + number);
  }

  Path fresh() {
    return dir.resolve(NEW);
  }

  /** Returns the number of the latest file, or empty if there is none. */
  OptionalLong latest() throws IOException {
    return numbers(config.filePrefix()).stream().mapToLong(Long::longValue).max();
  }

  /** Returns the highest number that a file has, one that was set aside included; 0 if none. */
  long highestNumber() throws IOException {
    long aside =
        numbers(SET_ASIDE + config.filePrefix()).stream()
            .mapToLong(Long::longValue)
            .max()
            .orElse(0);
    return Math.max(aside, latest().orElse(0));
  }

  /**
   * Reads the latest file of a directory that another process may write to.
   *
   * @return empty if there is no file
   */
  Optional<LogScan.Content> readLatest() throws IOException {
    for (int look = 1; ; look++) {
      OptionalLong latest = latest();
      try {
        Optional<LogScan.Content> content =
            latest.isPresent() ? Optional.of(read(file(latest.getAsLong()))) : Optional.empty();
        // A list may name neither file if it is read while one replaces the other.
        if (latest.equals(latest()) || look == LOOKS_MAX) {
          return content;
        }
      } catch (NoSuchFileException replaced) {
        if (look == LOOKS_MAX) {
          throw replaced;
        }
      }
    }
  }

  private LogScan.Content read(Path file) throws IOException {
    try (InputStream in = disk.open(file)) {
      return LogScan.read(file, in.readAllBytes(), config.older());
    }
  }

  /**
   * Gives each file a second name, which is forced with the name of the log's next file. An older
   * file may hold records that the damaged one lacks.
   */
  void setAside() throws IOException {
    for (long number : numbers(config.filePrefix())) {
      try {
        disk.link(dir.resolve(SET_ASIDE + file(number).getFileName()), file(number));
      } catch (FileAlreadyExistsException before) {
        // An earlier start did this and was then killed: no other file ever has this number.
      }
    }
  }

  /** Removes all files but one. A power failure may bring them back, but they do not count. */
  void removeAllBut(long number) throws IOException {
    for (long other : numbers(config.filePrefix())) {
      if (other != number) {
        disk.delete(file(other));
      }
    }
  }

  private List<Long> numbers(String prefix) throws IOException {
    var numbers = new ArrayList<Long>();
    disk.list(
        dir,
        name -> {
          if (name.startsWith(prefix) && name.substring(prefix.length()).matches("[0-9]{1,18}")) {
            numbers.add(Long.parseLong(name.substring(prefix.length())));
          }
        });
    return numbers;
  }
}
