package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MarkdownTableTest {
  private static final Row ROW =
      new Row(
          "get",
          "GET, 1 KB",
          "requests/s",
          Setting.STANDARD,
          EnumSet.allOf(Candidate.class),
          List.of(
              new Target.Times(0.95, Candidate.PLAIN), new Target.Times(1.3, Candidate.VARNISH)),
          _ -> new Figure(0, Map.of(), Sample.NONE));

  private final Results results = new Results();

  @Test
  void of_mediansWithTheirSpread() {
    measured(Candidate.PLAIN, 40_000, 44_000, 41_000);
    measured(Candidate.HOLDFAST, 40_000, 38_000, 42_000);

    assertThat(MarkdownTable.of(List.of(ROW), results))
        .isEqualTo(
            """
            | row | what | unit | nginx root | Holdfast | to reach | reached |
            | --- | --- | --- | --- | --- | --- | --- |
            | `get` | GET, 1 KB | requests/s | 41,000 (40,000–44,000) | 40,000 (38,000–42,000) \
            | ≥ 0.95 × nginx root<br>≥ 1.30 × Varnish | 0.98<br>not measured |
            """);
  }

  @Test
  void of_whatIsMissed_saysSo() {
    measured(Candidate.PLAIN, 40_000);
    measured(Candidate.HOLDFAST, 30_000);

    assertThat(MarkdownTable.of(List.of(ROW), results)).contains("0.75 **missed**");
  }

  @Test
  void of_wrongAndRefusedAnswers_areInTheirCell() {
    results.add(entry(Candidate.HOLDFAST, 1, 10, Map.of("refused", 7L), new Sample(5, 2, "wrong")));

    assertThat(MarkdownTable.of(List.of(ROW), results)).contains("| 10, 2 wrong, 7 refused |");
  }

  @Test
  void of_loadThatMeasuredItself_saysSo() {
    results.add(
        entry(Candidate.PLAIN, 1, 10, Map.of("load_busy", 1.0, "servers_busy", 0.6), Sample.NONE));
    results.add(
        entry(
            Candidate.HOLDFAST, 1, 20, Map.of("load_busy", 1.0, "servers_busy", 1.0), Sample.NONE));

    assertThat(MarkdownTable.of(List.of(ROW), results))
        .contains("| 10, the load had no core left | 20 |");
  }

  @Test
  void of_rowsThatWereNotMeasured_areNotThere() {
    assertThat(MarkdownTable.of(List.of(ROW), results)).doesNotContain("GET, 1 KB");
  }

  @Test
  void reached_bounds() {
    measured(Candidate.HOLDFAST, 10);

    assertThat(MarkdownTable.reached("get", new Target.Most(10), results)).isEqualTo("10");
    assertThat(MarkdownTable.reached("get", new Target.Most(9), results)).contains("missed");
    assertThat(MarkdownTable.reached("get", new Target.Least(10), results)).isEqualTo("10");
    assertThat(MarkdownTable.reached("get", new Target.Least(11), results)).contains("missed");
    assertThat(MarkdownTable.reached("other", new Target.Least(1), results))
        .isEqualTo("not measured");
  }

  @Test
  void wrong_namesRowCandidateAndFirst() {
    results.add(entry(Candidate.VARNISH, 1, 10, Map.of(), new Sample(5, 2, "byte 7")));

    assertThat(results.wrong()).singleElement().asString().contains("get", "Varnish", "byte 7");
  }

  private void measured(Candidate candidate, double... values) {
    for (int i = 0; i < values.length; i++) {
      results.add(entry(candidate, i + 1, values[i], Map.of(), Sample.NONE));
    }
  }

  private static Results.Entry entry(
      Candidate candidate, int round, double value, Map<String, Object> details, Sample sample) {
    return new Results.Entry("get", candidate, round, value, details, sample, "0.00");
  }
}
