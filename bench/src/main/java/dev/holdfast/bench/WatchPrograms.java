package dev.holdfast.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The programs of peers, which may not be there. */
final class WatchPrograms {
  /** Where Debian has the plugins of monitoring programs. */
  private static final Path PLUGINS = Path.of("/usr/lib/nagios/plugins");

  private WatchPrograms() {}

  static Optional<Path> find(String program) {
    return Stream.concat(
            Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .filter(directory -> !directory.isEmpty())
                .map(Path::of),
            Stream.of(PLUGINS))
        .map(directory -> directory.resolve(program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
