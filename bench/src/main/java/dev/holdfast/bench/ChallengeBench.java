package dev.holdfast.bench;

import dev.holdfast.bench.ChallengeRun.Found;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code make bench-challenge}: one run of the challenge's load, which prints a row of its table.
 */
@Command(
    name = "bench-challenge",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Loads a server with the challenge's mix until its knee and beyond. The row goes to the"
            + " standard output, the progress to the standard error.")
public final class ChallengeBench implements Callable<Integer> {
  /** The head of the table that the rows are of. */
  static final String HEAD =
      """
      | what | filling: failed, PUT p99 ms | knee, right answers/s | servers' core, load's core busy | failed before it | GET p99 ms at half of it | at twice of it: sent/s, right/s, its share of the knee | recovered after s | invalid |
      | --- | --- | --- | --- | --- | --- | --- | --- | --- |
      """;

  @Parameters(arity = "0..1", description = "the server, such as http://127.0.0.1:8080")
  private URI server;

  @Option(names = "--title", description = "of the row")
  private String title = "run";

  @Option(names = "--share", description = "share connections; else each request has its own")
  private boolean share;

  @Option(names = "--names", description = "names that exist; default ${DEFAULT-VALUE}")
  private int names = 2000;

  @Option(names = "--fill", description = "creations a second at first; default ${DEFAULT-VALUE}")
  private double fill = 500;

  @Option(names = "--start", description = "requests/s at first; default ${DEFAULT-VALUE}")
  private double start = 200;

  @Option(names = "--growth", description = "more each second; default ${DEFAULT-VALUE}")
  private double growth = 200;

  @Option(names = "--seconds", description = "of growth at most; default ${DEFAULT-VALUE}")
  private int seconds = 60;

  @Option(names = "--chains", description = "chains in a thousand; default ${DEFAULT-VALUE}")
  private int chains = 10;

  @Option(names = "--bytes", description = "of a body; default ${DEFAULT-VALUE}")
  private int bytes = 1024;

  @Option(names = "--timeout-ms", description = "of a request; default ${DEFAULT-VALUE}")
  private long timeoutMs = 5000;

  @Option(names = "--in-progress", description = "at most; default ${DEFAULT-VALUE}")
  private int inProgressMax = 10_000;

  @Option(names = "--server-cores", description = "as taskset takes them")
  private String serverCores = "0";

  @Option(names = "--load-cores", description = "as taskset takes them")
  private String loadCores = "1";

  @Option(names = "--seed", description = "of the mix; drawn and printed by default")
  private long seed = new Random().nextLong();

  @Option(names = "--fill-only", description = "only create the names")
  private boolean fillOnly;

  @Option(names = "--head-only", description = "print the head of the table, and load nothing")
  private boolean head;

  @Spec private CommandSpec spec;

  /** Runs the command and exits with its code: 0 for success, 1 if an answer was invalid. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new ChallengeBench())
            .setOverwrittenOptionsAllowed(true) // the script gives some before those of its user
            .execute(args));
  }

  @Override
  public Integer call() throws IOException {
    if (head) {
      System.out.print(HEAD);
      return 0;
    }
    if (server == null || server.getHost() == null || server.getPort() < 0) {
      throw new ParameterException(
          spec.commandLine(), "the server is missing, such as http://127.0.0.1:8080");
    }
    System.err.println("seed " + seed);
    var address = new InetSocketAddress(server.getHost(), server.getPort());
    try (var loop = new ExchangeLoop(address, share, inProgressMax, timeoutMs)) {
      var mix =
          new ChallengeMix(
              loop, server.getAuthority(), share, names, chains, bytes, new Random(seed));
      var run = new ChallengeRun(loop, mix, serverCores, loadCores, System.err);
      ChallengeTally filled = run.fill(names, fill);
      if (fillOnly) {
        System.out.printf(
            "| %s | %d of %d, %.1f |  |  |  |  |  |  | %d |%n",
            title, filled.failed(), filled.sent(), filled.writeP99Ms(), filled.invalid());
        return filled.invalid() == 0 ? 0 : 1;
      }
      Found found = run.run(filled, start, growth, seconds);
      System.out.println(row(title, found));
      System.err.println("twice: " + found.twice().reasons());
      System.err.println("recovery: " + found.recovery().reasons());
      return found.invalid() == 0 ? 0 : 1;
    }
  }

  private static String row(String title, Found found) {
    return "| %s | %d of %d, %.1f | %,d | %.0f %%, %.0f %% | %d | %.1f | %,.0f, %,.0f, %.2f | %.1f | %d |"
        .formatted(
            title,
            found.fill().failed(),
            found.fill().sent(),
            found.fill().writeP99Ms(),
            found.knee(),
            100 * found.serversBusy(),
            100 * found.loadBusy(),
            found.fill().failed() + found.half().failed(),
            found.half().getP99Ms(),
            found.sentAtTwice(),
            found.meanAtTwice(),
            found.meanAtTwice() / found.knee(),
            found.recovery().lastBadSeconds(),
            found.invalid());
  }
}
