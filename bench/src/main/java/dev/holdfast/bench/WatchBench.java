package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code make bench-watcher}: measures the watcher beside its goals and beside other programs. */
@Command(
    name = "bench watcher",
    description = {
      "Measures the watcher: a table of figures, each with its unit and the goal beside it.",
      "",
      "The watcher is the process holdfast watch of the built jar. It checks a farm of sites and"
          + " stores the results in a PostgreSQL. The watcher has the first core, and so has each"
          + " peer after it. The farm, PostgreSQL and whatever asks a peer have the second half of"
          + " the cores: on a machine of two, the other core.",
      "",
      "The farm writes down when each request came and when the first byte of its answer left. Times"
          + " and rows are held against that. Half of the sites answer at once, and half after 20"
          + " ms.",
      "",
      "A figure is worth something only if the machine does nothing else. No figure makes the run"
          + " fail: it is printed beside its goal.%n"
    },
    footer = {
      "",
      "Rows, which --rows names:",
      "  plain       10,000 URLs by http every 5 s: CPU a check, lateness, error",
      "  light       2,500 URLs: the same at the load that peers can do",
      "  https       fresh checks by https: CPU a check",
      "  load80      the error at 80 %% of a core",
      "  timeout     when a time-out of 300 ms fires",
      "  blackbox    blackbox_exporter of Debian: CPU a check, inflation",
      "  check_http  check_http of Debian: a process a check",
      "  aiohttp     twenty lines of aiohttp",
      "  stop        SIGSTOP of the watcher for 3 s: false downs",
      "  database    kill -9 of PostgreSQL: rows lost, rows twice",
      "  memory      heap and resident memory, also with 5,000 sites that hang",
      "  soak        like plain for --soak-minutes; only if it is named",
      "",
      "Inflation is the time of a whole check as a program says it, less the delay of the farm:"
          + " connections and the program's own time are in it. The error is that of the first byte"
          + " alone.",
      "",
      "Examples:",
      "  make bench-watcher ARGS=\"--rows plain,blackbox,aiohttp\"",
      "  make bench-watcher ARGS=\"--rows database --down-seconds 60\"",
      "  make bench-watcher ARGS=\"--rows soak --soak-minutes 30\""
    })
public final class WatchBench extends Measurement {
  private static final double FARM_WARM_UP_SECONDS = 8;

  @Option(
      names = "--rows",
      split = ",",
      description = "only these, by their ids; default all but soak")
  private Set<String> ids = Set.of();

  @Option(
      names = "--warm-up",
      description =
          "seconds that a load runs before it counts, five times as long by https; default"
              + " ${DEFAULT-VALUE}")
  private double warmUp = 15;

  @Option(
      names = "--seconds",
      description =
          "that a load counts; each load of a peer takes half of it; default ${DEFAULT-VALUE}")
  private double seconds = 20;

  @Option(
      names = "--down-seconds",
      description = "that PostgreSQL is down in the row database; default ${DEFAULT-VALUE}")
  private double downSeconds = 20;

  @Option(
      names = "--soak-minutes",
      description = "that the row soak takes; default ${DEFAULT-VALUE}")
  private double soakMinutes = 30;

  @Option(
      names = "--jvm",
      description = "the options of the watcher's JVM; default ${DEFAULT-VALUE}")
  private String jvm = "-XX:+UseSerialGC -Xmx512m";

  @Option(
      names = "--server-cores",
      description =
          "the cores of the watcher and of its peers, as taskset takes them; default the first")
  private String serverCores = "0";

  private final List<String> table = new ArrayList<>();
  private boolean failed;

  /**
   * Runs the command and exits with its code: 0 if everything was measured, whether its goal was
   * met or not; 1 otherwise.
   */
  public static void main(String[] args) {
    exitAfter(new WatchBench(), args);
  }

  /** Returns all rows, in the order in which they are measured. */
  static List<WatchRow> rows() {
    return Stream.of(
            WatchRows.all(),
            List.of(WatchBlackbox.row(), WatchCheckHttp.row(), WatchAiohttp.row()),
            WatchFaultRows.all())
        .flatMap(List::stream)
        .toList();
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<WatchRow> wanted = wanted();
    Path work = begin();
    String load = Machine.halves().load();
    var plan =
        new WatchPlan(
            project(),
            children(),
            new Cores(serverCores, load, load),
            jvm,
            warmUp,
            seconds,
            downSeconds,
            soakMinutes);
    progress()
        .printf(
            "watcher and peers: core %s; farm, PostgreSQL and load: core %s; load average: %s%n",
            serverCores, load, Machine.loadAverage());
    table.add("| row | what | measured | goal | met |");
    table.add("| --- | --- | --- | --- | --- |");
    var programs = new WatchComparison();
    try (WatchSites sites = WatchSites.start(plan, Files.createDirectory(work.resolve("farm")));
        WatchDatabase database =
            WatchDatabase.start(plan, Files.createDirectory(work.resolve("db")))) {
      WatchFarmWarmUp.of(sites).run(FARM_WARM_UP_SECONDS);
      var ground = new WatchGround(plan, sites, database, work, programs);
      for (WatchRow row : wanted) {
        measure(row, ground);
      }
    }
    programs.figures().forEach(figure -> add("compared", figure));
    Files.write(out().resolve("watcher.md"), table);
    progress().println();
    table.forEach(progress()::println);
    return failed ? 1 : 0;
  }

  private List<WatchRow> wanted() {
    requireKnown(ids, rows().stream().map(WatchRow::id).toList());
    return rows().stream()
        .filter(row -> ids.isEmpty() ? row.isByDefault() : ids.contains(row.id()))
        .toList();
  }

  /** Measures a row. One that fails does not keep the others from it. */
  private void measure(WatchRow row, WatchGround ground) throws InterruptedException {
    progress().printf("%n%s: %s%n", row.id(), row.what());
    try {
      row.measure().on(ground).forEach(figure -> add(row.id(), figure));
    } catch (IOException e) {
      failed = true;
      progress().println("FAILED: " + e);
      add(row.id(), WatchFigure.plain(row.what(), "failed: " + e.getClass().getSimpleName()));
    }
  }

  private void add(String row, WatchFigure figure) {
    String line = figure.line(row);
    table.add(line);
    progress().println(line);
  }
}
