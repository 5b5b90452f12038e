package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code make bench}: measures, prints the table, and writes it and the raw figures. */
@Command(
    name = "bench",
    description = "Measures Holdfast beside other programs for the place in front of file servers.")
public final class Bench extends Measurement {
  private static final Set<Candidate> QUICK =
      EnumSet.complementOf(EnumSet.of(Candidate.VARNISH_LOGGING));

  @Option(names = "--quick", description = "short loads and few files: to see that all works")
  private boolean quick;

  @Option(names = "--rounds", description = "of everything; default 5, quick 1")
  private Integer rounds;

  @Option(names = "--seconds", description = "that each load counts; default 5, quick 1")
  private Double seconds;

  @Option(names = "--rows", split = ",", description = "only these, by their ids")
  private Set<String> ids;

  @Option(
      names = "--candidates",
      split = ",",
      description =
          "only these: ${COMPLETION-CANDIDATES}; default all, quick all but VARNISH_LOGGING")
  private Set<Candidate> candidates;

  @Option(names = "--pairs", description = "file servers; default 3, quick 1")
  private Integer pairs;

  @Option(
      names = "--server-cores",
      description = "the cores of the candidates, as taskset takes them; default the first half")
  private String serverCores;

  @Option(names = "--load-cores", description = "the cores of the load; default the second half")
  private String loadCores;

  @Option(
      names = "--file-server-cores",
      description = "the cores of the file servers; default those of the load")
  private String fileServerCores;

  @Option(
      names = "--add",
      description = "add to the figures that are there, of the same machine and versions")
  private boolean add;

  @Spec private CommandSpec spec;

  /** Runs the command and exits with its code: 0 for success, 1 if an answer was wrong. */
  public static void main(String[] args) {
    exitAfter(new Bench(), args);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Cores cores = cores();
    Path work = begin();
    var plan =
        new Plan(
            project(),
            work,
            cores,
            pairs != null ? pairs : quick ? 1 : 3,
            seconds != null ? seconds : quick ? 1 : 5,
            quick);
    Map<String, String> machine = Machine.describe(work, cores);
    Path raw = out().resolve("bench.json");
    Results results = add && Files.exists(raw) ? RawFigures.read(raw, machine) : new Results();
    List<Row> all = Rows.of(plan);
    requireKnown(ids == null ? Set.of() : ids, all.stream().map(Row::id).toList());
    List<Row> chosen = all.stream().filter(row -> ids == null || ids.contains(row.id())).toList();
    progress().println("machine: " + machine);
    progress().println("load average: " + Machine.loadAverage());
    var round =
        new Rounds(
            plan,
            chosen,
            candidates != null ? candidates : quick ? QUICK : EnumSet.allOf(Candidate.class),
            children(),
            results,
            progress(),
            () ->
                RawFigures.write(
                    raw, machine, spec.commandLine().getParseResult().originalArgs(), results));
    int first = results.rounds() + 1;
    int last = results.rounds() + (rounds != null ? rounds : quick ? 1 : 5);
    for (int i = first; i <= last; i++) {
      round.run(i);
    }
    String table = MarkdownTable.of(all, results);
    Files.writeString(out().resolve("bench.md"), table);
    progress().println();
    progress().println(table);
    return report(results);
  }

  private Cores cores() throws IOException {
    Cores halves = Machine.halves();
    String load = loadCores != null ? loadCores : halves.load();
    return new Cores(
        serverCores != null ? serverCores : halves.servers(),
        load,
        fileServerCores != null ? fileServerCores : load);
  }

  private int report(Results results) {
    List<String> wrong = results.wrong();
    wrong.forEach(line -> progress().println("WRONG: " + line));
    boolean lost =
        List.of("wrong-after-put", "wrong-after-race").stream()
            .flatMap(row -> results.spread(row, Candidate.HOLDFAST).stream())
            .anyMatch(spread -> spread.max() > 0);
    return wrong.isEmpty() && !lost ? 0 : 1;
  }
}
