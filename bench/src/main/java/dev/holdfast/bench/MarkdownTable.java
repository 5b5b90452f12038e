package dev.holdfast.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/** The table of a run's results: medians, with the least and the most of the rounds. */
final class MarkdownTable {
  private MarkdownTable() {}

  static String of(List<Row> rows, Results results) {
    List<Candidate> candidates =
        List.of(Candidate.values()).stream()
            .filter(c -> rows.stream().anyMatch(row -> results.spread(row.id(), c).isPresent()))
            .toList();
    var table = new StringBuilder();
    var head = new ArrayList<>(List.of("row", "what", "unit"));
    candidates.forEach(candidate -> head.add(candidate.title()));
    head.add("to reach");
    head.add("reached");
    line(table, head);
    line(table, head.stream().map(_ -> "---").toList());
    for (Row row : rows) {
      if (candidates.stream().anyMatch(c -> results.spread(row.id(), c).isPresent())) {
        line(table, cells(row, candidates, results));
      }
    }
    return table.toString();
  }

  private static List<String> cells(Row row, List<Candidate> candidates, Results results) {
    var cells = new ArrayList<>(List.of("`" + row.id() + "`", row.what(), row.unit()));
    for (Candidate candidate : candidates) {
      cells.add(cell(row.id(), candidate, results));
    }
    var wanted = new StringJoiner("<br>");
    var reached = new StringJoiner("<br>");
    for (Target target : row.targets()) {
      wanted.add(target.text());
      reached.add(reached(row.id(), target, results));
    }
    cells.add(wanted.toString());
    cells.add(reached.toString());
    return cells;
  }

  private static String cell(String row, Candidate candidate, Results results) {
    Optional<Spread> spread = results.spread(row, candidate);
    if (spread.isEmpty()) {
      return "";
    }
    Spread s = spread.get();
    var cell = new StringBuilder(Target.number(s.median()));
    if (s.min() != s.max()) {
      cell.append(" (%s–%s)".formatted(Target.number(s.min()), Target.number(s.max())));
    }
    note(cell, results.sample(row, candidate).wrong(), "wrong");
    note(cell, results.count(row, candidate, "unanswered"), "unanswered");
    if (!row.equals("get-absent")) {
      note(cell, results.count(row, candidate, "refused"), "refused");
    }
    if (results.loadBound(row, candidate) > 0) {
      cell.append(", the load had no core left");
    }
    return cell.toString();
  }

  private static void note(StringBuilder cell, long count, String what) {
    if (count > 0) {
      cell.append(", %,d %s".formatted(count, what));
    }
  }

  /** Returns the result that was reached, with a mark if it meets the target. */
  static String reached(String row, Target target, Results results) {
    Optional<Spread> own = results.spread(row, Candidate.HOLDFAST);
    if (own.isEmpty()) {
      return "not measured";
    }
    double median = own.get().median();
    return switch (target) {
      case Target.Times(double least, Candidate of) ->
          results
              .spread(row, of)
              .map(other -> verdict(median / other.median(), median / other.median() >= least))
              .orElse("not measured");
      case Target.Least(double least) -> verdict(median, median >= least);
      case Target.Most(double most) -> verdict(median, median <= most);
    };
  }

  private static String verdict(double value, boolean enough) {
    return Target.number(value) + (enough ? "" : " **missed**");
  }

  private static void line(StringBuilder table, List<String> cells) {
    table.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
