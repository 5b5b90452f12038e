package dev.holdfast.watcher.service;

import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.config.Complaint;
import dev.holdfast.watcher.config.WatchFile;
import dev.holdfast.watcher.config.WatchList;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Parameters;

/** The file of a command that reads a list of endpoints. A command has it as a mixin. */
final class FileArgument {
  private static final Path STANDARD_INPUT = Path.of("-");

  @Parameters(
      paramLabel = "FILE",
      description = "the list of endpoints, such as watch.yaml; - is standard input")
  private Path file;

  /**
   * Returns the endpoints of the file, or prints all of its faults, a line each, and returns empty.
   */
  Optional<List<Endpoint>> read(PrintWriter errors) {
    return switch (list()) {
      case WatchList.Read read -> Optional.of(read.endpoints());
      case WatchList.Refused refused -> {
        for (Complaint complaint : refused.complaints()) {
          errors.println(complaint);
        }
        errors.flush();
        yield Optional.empty();
      }
    };
  }

  private WatchList list() {
    if (!file.equals(STANDARD_INPUT)) {
      return WatchFile.read(file);
    }
    try {
      return WatchFile.read("standard input", System.in);
    } catch (IOException e) {
      throw new UncheckedIOException("standard input cannot be read", e);
    }
  }
}
