package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code make bench-growth}: measures and plots how cost grows with names, pairs, clients and
 * sizes.
 */
@Command(name = "bench-growth", description = "Measures how Holdfast's cost grows, and plots it.")
public final class Growth extends Measurement {
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

  /** Runs the command and exits with its code. */
  public static void main(String[] args) {
    exitAfter(new Growth(), args);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Cores cores = Machine.halves();
    Path work = begin();
    var plan = new Plan(project(), work, cores, 3, seconds, false);
    progress().println("machine: " + Machine.describe(work, cores));
    progress().println("load average: " + Machine.loadAverage());
    for (Dimension dimension : dimensions) {
      Series series =
          switch (dimension) {
            case NAMES -> new GrowingNames(plan, children()).upTo(namesMax, progress());
            case PAIRS -> new GrowingLoad(plan, children()).pairs(5, progress());
            case CLIENTS -> new GrowingLoad(plan, children()).clients(clientsMax, progress());
            case SIZES -> new GrowingLoad(plan, children()).sizes(progress());
          };
      series.plot(out(), children(), cores.load());
    }
    return 0;
  }
}
