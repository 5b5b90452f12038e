package dev.holdfast.bench;

import static java.util.stream.Collectors.joining;

import dev.holdfast.bench.CounterRow.Measured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code make bench-counters}: measures counters beside their goals and beside other programs. */
@Command(
    name = "bench counters",
    description = "Measures the counters: a table with goals, and one beside other programs.",
    footer = {
      "",
      "Rows, which --rows names:",
      "  increments         durable increments, one actor on a core",
      "  values             values read, one actor on a core",
      "  start              all actors started and listening",
      "  seen-idle          one increment seen by all, idle",
      "  seen-loaded        the same at 100 increments/s on each",
      "  consistent-idle    consistent read of an idle name, one reader",
      "  consistent-shared  the same, 64 readers at one actor",
      "  consistent-hot     the same of a name with 500 increments/s",
      "  memory             resident memory of an actor with 10,000 names",
      "  idle-cpu           CPU of such an actor, idle",
      "  restart            restart of such an actor after kill -9",
      "  new-actor          a new actor, until it knows everything",
      "  heal               after a cut in halves: reads right, values equal",
      "  down               503 of a consistent read with an actor down",
      "  twentieth          increments, a twentieth of a core for each actor",
      "  twentieth-quota    the same, by quotas of the kernel; needs root",
      "  compare            beside Pekko Distributed Data"
    })
public final class CounterBench extends Measurement {
  private static final String START = "start";
  private static final String SHARED_CORE = "twentieth";
  private static final String QUOTA = "twentieth-quota";
  private static final String HEAL = "heal";
  private static final String COMPARE = "compare";

  /** How long actors are cut from each other, in times of {@link #seconds}. */
  private static final double CUT = 6;

  @Option(
      names = "--rows",
      split = ",",
      description = "only these, by their ids, and compare for the comparison; default all")
  private Set<String> ids = Set.of();

  @Option(names = "--actors", description = "together; default ${DEFAULT-VALUE}")
  private int count = 20;

  @Option(
      names = "--compared-actors",
      description = "processes of each program in the comparison; default ${DEFAULT-VALUE}")
  private int comparedCount = 5;

  @Option(
      names = "--systems",
      split = ",",
      description = "that are compared: ${COMPLETION-CANDIDATES}; default all")
  private Set<CounterSystem> systems = EnumSet.allOf(CounterSystem.class);

  @Option(
      names = "--seconds",
      description =
          "that a load counts; some rows take twice as long, and a cut six times; default"
              + " ${DEFAULT-VALUE}")
  private double seconds = 5;

  @Option(
      names = "--warm-up",
      description =
          "seconds that seen-loaded and the rows twentieth have their load before it counts;"
              + " default ${DEFAULT-VALUE}")
  private double loadWarmUp = 45;

  @Option(
      names = "--jvm",
      description = "the options of every JVM that counts; default ${DEFAULT-VALUE}")
  private String jvm = "-XX:+UseSerialGC -Xmx64m -Xmn8m -XX:TieredStopAtLevel=1";

  @Option(
      names = "--server-cores",
      description =
          "the cores of an actor alone, and of those that have a twentieth each, as taskset takes"
              + " them; default the first")
  private String serverCores = "0";

  @Option(names = "--load-cores", description = "the cores of the load; default the second half")
  private String loadCores;

  private final List<String> table = new ArrayList<>();
  private Path work;
  private CounterPlan plan;
  private CounterRows rows;
  private boolean failed;

  /**
   * Runs the command and exits with its code: 0 if everything was measured, whether its goal was
   * met or not; 1 otherwise.
   */
  public static void main(String[] args) {
    exitAfter(new CounterBench(), args);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    work = begin();
    Cores halves = Machine.halves();
    String load = loadCores != null ? loadCores : halves.load();
    plan =
        new CounterPlan(
            project(),
            children(),
            new Cores(serverCores, load, load),
            List.of(jvm.strip().split("\\s+", -1)),
            seconds,
            loadWarmUp);
    rows = new CounterRows(plan, directory("load"));
    progress().println("load average: " + Machine.loadAverage());
    requireKnown();
    group(this::alone);
    group(this::together);
    group(this::heal);
    group(() -> twentieth(SHARED_CORE, false));
    group(() -> twentieth(QUOTA, true));
    group(this::compare);
    Files.write(out().resolve("counters.md"), table);
    progress().println();
    table.forEach(progress()::println);
    return failed ? 1 : 0;
  }

  private interface Group {
    void measure() throws IOException, InterruptedException;
  }

  /** Measures some rows. A failure of their actors does not keep the others from it. */
  private void group(Group group) throws InterruptedException {
    try {
      group.measure();
    } catch (IOException e) {
      failed = true;
      progress().println("FAILED: " + e);
    }
  }

  private void requireKnown() {
    var known = new ArrayList<>(List.of(START, HEAL, SHARED_CORE, QUOTA, COMPARE));
    Stream.of(rows.alone(), rows.together(), CounterFullRows.rows())
        .flatMap(List::stream)
        .map(CounterRow::id)
        .forEach(known::add);
    requireKnown(ids, known);
  }

  private boolean isWanted(String id) {
    return ids.isEmpty() || ids.contains(id);
  }

  private List<CounterRow> wanted(List<CounterRow> all) {
    return all.stream().filter(row -> isWanted(row.id())).toList();
  }

  private Path directory(String name) throws IOException {
    return Files.createDirectories(work.resolve(name));
  }

  private CounterActors actors(String name, String on, int number) throws IOException {
    return new CounterActors(plan, CounterSystem.HOLDFAST, directory(name), on, number);
  }

  private void alone() throws IOException, InterruptedException {
    List<CounterRow> wanted = wanted(rows.alone());
    if (!wanted.isEmpty()) {
      try (CounterActors actors = actors("alone", plan.cores().servers(), 1)) {
        actors.start();
        actors.configure(1);
        measure(wanted, actors);
      }
    }
  }

  private void together() throws IOException, InterruptedException {
    List<CounterRow> ordinary = wanted(rows.together());
    List<CounterRow> full = wanted(CounterFullRows.rows());
    if (ordinary.isEmpty() && full.isEmpty() && !isWanted(START)) {
      return;
    }
    try (CounterActors actors = actors("together", allCores(), count)) {
      double started = actors.start();
      if (isWanted(START)) {
        add(
            "%d actors started and listening".formatted(count),
            "≤ 15 s",
            new Measured(CounterFullRows.seconds(started) + " s", started <= 15));
      }
      actors.configure(count);
      if (!ordinary.isEmpty()) {
        CounterRows.warmUp(actors);
      }
      measure(ordinary, actors);
      if (!full.isEmpty()) {
        CounterFullRows.fill(actors);
        measure(full, actors);
      }
    }
  }

  private void heal() throws IOException, InterruptedException {
    if (!isWanted(HEAL)) {
      return;
    }
    try (var cuts = new CounterCuts();
        CounterActors actors = actors(HEAL, allCores(), count)) {
      actors.start();
      cuts.start(actors.numbers());
      actors.configure(cuts.addresses());
      CounterRows.warmUp(actors);
      measure(List.of(new CounterHeal(cuts, CUT * seconds).row()), actors);
    }
  }

  /** Returns all cores of the machine. This process may use those of the load alone. */
  private static String allCores() throws IOException {
    Cores halves = Machine.halves();
    return halves.servers() + "," + halves.load();
  }

  private void twentieth(String id, boolean byQuota) throws IOException, InterruptedException {
    if (!isWanted(id)) {
      return;
    }
    try (var quota = new CpuQuota();
        CounterActors actors = actors(id, byQuota ? allCores() : plan.cores().servers(), count)) {
      actors.start();
      actors.configure(count);
      if (byQuota) {
        for (Process process : actors.processes()) {
          quota.limit(process, 1.0 / 20);
        }
      }
      measure(
          List.of(rows.twentieth(id, byQuota ? "by a quota of the kernel" : "all on one core")),
          actors);
    }
  }

  /** Measures rows one after the other. One that fails does not keep the others from it. */
  private void measure(List<CounterRow> wanted, CounterActors actors) throws InterruptedException {
    for (CounterRow row : wanted) {
      Measured measured;
      try {
        measured = row.measure().of(actors);
      } catch (IOException e) {
        failed = true;
        measured = new Measured("failed: " + e, false);
      }
      add(row.what(), row.goal(), measured);
    }
  }

  private void add(String what, String goal, Measured measured) {
    String line =
        "| %s | %s | %s | %s |"
            .formatted(
                what,
                goal,
                measured.text().replace('|', '/').replace('\n', ' '),
                measured.met() ? "yes" : "no");
    if (table.isEmpty()) {
      table.add("| what | goal | measured | met |");
      table.add("| --- | --- | --- | --- |");
    }
    table.add(line);
    progress().println(line);
  }

  private void compare() throws IOException, InterruptedException {
    if (!isWanted(COMPARE)) {
      return;
    }
    var comparison = new CounterComparison(plan, comparedCount);
    var figures = new EnumMap<CounterSystem, Map<String, String>>(CounterSystem.class);
    for (CounterSystem system : systems) {
      figures.put(system, comparison.measure(system, directory(system.name())));
      progress().println(system.title() + ": " + figures.get(system));
    }
    if (!table.isEmpty()) {
      table.add("");
    }
    table.add(
        figures.keySet().stream().map(CounterSystem::title).collect(joining(" | ", "| | ", " |")));
    table.add("| --- ".repeat(figures.size() + 1) + "|");
    for (String what : figures.values().iterator().next().keySet()) {
      table.add(
          figures.values().stream()
              .map(each -> each.getOrDefault(what, ""))
              .collect(joining(" | ", "| " + what + " | ", " |")));
    }
  }
}
