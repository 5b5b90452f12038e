package dev.holdfast.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The rounds of a run. In each round every candidate is started anew for each setting, with file
 * servers of its own and empty directories. Every other round takes the candidates in the opposite
 * order. Directories stay until the end, since some file systems are slow after many files were
 * removed.
 *
 * <p>Threading: of one thread.
 */
final class Rounds {
  private final Plan plan;
  private final List<Row> rows;
  private final List<Candidate> candidates;
  private final Children children;
  private final Results results;
  private final PrintStream progress;
  private final Saving saving;

  /** Saves the results after each measurement, so that a run that is ended loses none. */
  interface Saving {
    void save() throws IOException;
  }

  Rounds(
      Plan plan,
      List<Row> rows,
      Set<Candidate> candidates,
      Children children,
      Results results,
      PrintStream progress,
      Saving saving) {
    this.plan = plan;
    this.rows = rows;
    this.candidates = List.copyOf(candidates);
    this.children = children;
    this.results = results;
    this.progress = progress;
    this.saving = saving;
  }

  /** Runs one round of all candidates. */
  void run(int round) throws IOException, InterruptedException {
    List<Candidate> order = new ArrayList<>(candidates);
    if (round % 2 == 0) {
      Collections.reverse(order);
    }
    for (Setting setting : Setting.values()) {
      for (Candidate candidate : order) {
        List<Row> now =
            rows.stream()
                .filter(row -> row.setting() == setting && row.candidates().contains(candidate))
                .toList();
        if (!now.isEmpty()) {
          run(round, setting, candidate, now);
        }
      }
    }
  }

  private void run(int round, Setting setting, Candidate candidate, List<Row> now)
      throws IOException, InterruptedException {
    Path directory =
        Files.createDirectories(
            plan.work()
                .resolve(
                    "round-%d-%s-%s"
                        .formatted(round, setting, candidate)
                        .toLowerCase(Locale.ROOT)));
    boolean nothing = setting == Setting.NOTHING;
    Ground ground =
        Ground.lay(
            plan.project(),
            directory,
            plan.cores(),
            children,
            nothing ? 0 : setting.pairs(plan.pairs()),
            OriginLimits.LATENCY_MS,
            nothing ? List.of() : files());
    Front front =
        nothing ? new Front(List.of(), List.of()) : candidate.start(ground, setting.options());
    try (var client = new Client()) {
      var session = new Session(plan, candidate, ground, front, client);
      for (Row row : now) {
        Figure figure = row.measure().of(session);
        results.add(
            new Results.Entry(
                row.id(),
                candidate,
                round,
                figure.value(),
                figure.details(),
                figure.sample(),
                Machine.loadAverage()));
        saving.save();
        progress.printf(
            Locale.ROOT,
            "round %d  %-16s %-18s %12s %s%s%n",
            round,
            row.id(),
            candidate.title(),
            Target.number(figure.value()),
            row.unit(),
            figure.sample().wrong() == 0 ? "" : "  WRONG: " + figure.sample());
      }
    } finally {
      front.processes().forEach(children::stop);
      ground.stopOrigins();
    }
  }

  private List<FileSet> files() {
    var files =
        new ArrayList<>(
            List.of(plan.small(), plan.odd(), plan.spelled(), plan.medium(), plan.large()));
    files.addAll(List.of(plan.rewritten(), plan.raced(), plan.warming()));
    for (int atOnce : List.of(1, 2, 5, 10)) {
      files.add(plan.fresh(atOnce));
    }
    return files;
  }
}
