package dev.holdfast.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The options and the start that all measurements share. However a measurement ends, its processes
 * end with it, and its files go.
 */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class Measurement implements Callable<Integer> {
  @Option(
      names = "--dir",
      order = 1, // behind the options of the measurement itself
      description = "a directory for all files while it runs, on the disk to be measured")
  private Path dir = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(
      names = "--project",
      order = 2,
      required = true,
      description = "the root of the repository")
  private Path project;

  @Option(names = "--out", order = 3, required = true, description = "where the figures go")
  private Path out;

  @Spec private CommandSpec spec;

  private final PrintStream progress = System.out;
  private final Children children = new Children();

  /** Runs a measurement with these arguments, and exits with its code. */
  static void exitAfter(Measurement measurement, String[] args) {
    System.exit(
        new CommandLine(measurement)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOverwrittenOptionsAllowed(true) // --out has been given once by the script
            .execute(args));
  }

  /**
   * Makes the directories of the measurement. To be called once, when nothing is left to be
   * refused.
   *
   * @return the directory of all files while it runs
   */
  final Path begin() throws IOException {
    Path work = Files.createTempDirectory(Files.createDirectories(dir), "holdfast-bench");
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().unstarted(() -> children.endIn(work, progress)));
    Files.createDirectories(out);
    return work;
  }

  /**
   * Refuses rows that there are not.
   *
   * @throws ParameterException if there are any; it names them, and all that there are
   */
  final void requireKnown(Collection<String> rows, Collection<String> known) {
    List<String> unknown = rows.stream().filter(row -> !known.contains(row)).sorted().toList();
    if (!unknown.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--rows: there is no row %s; the rows are %s"
              .formatted(String.join(", ", unknown), String.join(", ", known)));
    }
  }

  /** Returns the root of the repository. */
  final Path project() {
    return project.toAbsolutePath().normalize();
  }

  /** Returns the directory of the figures. */
  final Path out() {
    return out;
  }

  /** Returns the output of this process. */
  final PrintStream progress() {
    return progress;
  }

  /** Returns all processes of the measurement. */
  final Children children() {
    return children;
  }
}
