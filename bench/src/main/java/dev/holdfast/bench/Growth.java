package dev.holdfast.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code make bench-growth}: measures and plots how cost grows with names, pairs, clients and
 * sizes.
 */
@Command(
    name = "bench-growth",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures how Holdfast's cost grows, and plots it.")
public final class Growth implements Callable<Integer> {
  /** The quantity that grows. */
  enum Dimension {
    NAMES,
    PAIRS,
    CLIENTS,
    SIZES
  }

  @Option(names = "--of", split = ",", description = "only these: ${COMPLETION-CANDIDATES}")
  private Set<Dimension> dimensions = EnumSet.allOf(Dimension.class);

  @Option(
      names = "--names-max",
      defaultValue = "1000000",
      description = "the most names; default ${DEFAULT-VALUE}")
  private int namesMax;

  @Option(
      names = "--clients-max",
      defaultValue = "5000",
      description = "the most clients; default ${DEFAULT-VALUE}")
  private int clientsMax;

  @Option(
      names = "--seconds",
      defaultValue = "5",
      description = "that each load counts; default ${DEFAULT-VALUE}")
  private double seconds;

  @Option(
      names = "--dir",
      description = "a directory for all files while it runs, on the disk to be measured")
  private Path dir = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(names = "--project", required = true, description = "the root of the repository")
  private Path project;

  @Option(names = "--out", required = true, description = "where figures and plots go")
  private Path out;

  private final PrintStream progress = System.out;

  /** Runs the command and exits with its code. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Growth())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOverwrittenOptionsAllowed(true) // --out has been given once by the script
            .execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Cores cores = Machine.halves();
    Path work = Files.createTempDirectory(Files.createDirectories(dir), "holdfast-bench");
    var children = new Children();
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().unstarted(() -> children.endIn(work, progress)));
    var plan = new Plan(project.toAbsolutePath(), work, cores, 3, seconds, false);
    progress.println("machine: " + Machine.describe(work, cores));
    progress.println("load average: " + Machine.loadAverage());
    Files.createDirectories(out);
    for (Dimension dimension : dimensions) {
      Series series =
          switch (dimension) {
            case NAMES -> new GrowingNames(plan, children).upTo(namesMax, progress);
            case PAIRS -> new GrowingLoad(plan, children).pairs(5, progress);
            case CLIENTS -> new GrowingLoad(plan, children).clients(clientsMax, progress);
            case SIZES -> new GrowingLoad(plan, children).sizes(progress);
          };
      series.plot(out, children, cores.load());
    }
    return 0;
  }
}
