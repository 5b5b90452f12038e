package dev.holdfast.system.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Prometheus;
import dev.holdfast.testkit.Prometheus.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The alerts alone: promtool checks them, and plays series to them. */
@Timeout(1_800)
final class MonitoringRulesTest {
  private static final Pattern EXPRESSION =
      Pattern.compile("(?m)^        expr:(?: >-\n(?:          .*\n)+| .*\n)");
  private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `(Holdfast\\w+)` \\|");

  @TempDir Path dir;

  @BeforeEach
  void promtool() {
    Assumptions.assumeTrue(
        Prometheus.isInstalled(), "no Prometheus here: 'make test-tools' installs it where it can");
  }

  @Test
  void configuration_isOne() throws Exception {
    Said said = Prometheus.promtool(Monitoring.DIRECTORY, "check", "config", "prometheus.yml");
    assertThat(said.code()).as(said.text()).isZero();
    assertThat(said.text())
        .contains("SUCCESS: 1 rule files found")
        .contains("SUCCESS: " + Monitoring.alerts().size() + " rules found");
  }

  @Test
  void rules_thatDoNotParse_areFound() throws Exception {
    plant("expr: holdfast_pending_refused > 0", "expr: holdfast_pending_refused >");
    Said said = Prometheus.promtool(dir, "check", "rules", "rules.yml");
    assertThat(said.code()).as(said.text()).isNotZero();
    assertThat(said.text()).contains("HoldfastPendingRefused");
  }

  @Test
  void alerts_fireWhenTheyShould_andOnlyThen() throws Exception {
    Said said = test(Monitoring.DIRECTORY);
    assertThat(said.code()).as(said.text()).isZero();
  }

  /** Every alert has a case in which it has to fire, and one in which it has to be silent. */
  @ParameterizedTest
  @ValueSource(strings = {"vector(0) > 1", "vector(1)"})
  void everyAlert_thatNeverOrAlwaysFires_isFound(String planted) throws Exception {
    copy();
    Path rules = dir.resolve("rules.yml");
    String text = Files.readString(rules);
    assertThat(EXPRESSION.matcher(text).results().count()).isEqualTo(Monitoring.alerts().size());
    Files.writeString(
        rules, EXPRESSION.matcher(text).replaceAll("        expr: " + planted + "\n"));
    Said said = test(dir);
    assertThat(said.code()).as(said.text()).isNotZero();
    assertThat(said.text()).contains(Monitoring.alerts().keySet());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "seconds > 60 -> seconds >= 60",
        "seconds > 60 -> seconds > 90",
        "_bytes_max > 0.8 -> _bytes_max >= 0.8",
        "> 0.01 -> >= 0.01",
        "[1m])) >= 5 -> [1m])) >= 1",
        "[1m])) >= 5 -> [1m])) >= 4",
        "[1m])) >= 5 -> [1m])) >= 9",
        "< 2 * -> <= 2 *",
        "holdfast_pending_max > 0.8 -> holdfast_pending_max > 0.95",
        "for: 5m -> for: 1m",
        "for: 30s -> for: 1m"
      })
  void ruleThatIsOff_isFound(String change) throws Exception {
    String[] fromTo = change.split(" -> ", -1);
    plant(fromTo[0], fromTo[1]);
    Said said = test(dir);
    assertThat(said.code()).as(said.text()).isNotZero();
  }

  @Test
  void alerts_areThoseOfTheDocumentation() throws Exception {
    var documented = new TreeSet<String>();
    DOCUMENTED
        .matcher(Files.readString(Path.of("..", "docs", "monitoring.md")))
        .results()
        .map((MatchResult row) -> row.group(1))
        .forEach(documented::add);
    assertThat(documented).isEqualTo(new TreeSet<>(Monitoring.alerts().keySet()));
  }

  private static Said test(Path directory) throws IOException, InterruptedException {
    return Prometheus.promtool(directory, "test", "rules", "rules.test.yml");
  }

  private void plant(String from, String to) throws IOException {
    copy();
    Path rules = dir.resolve("rules.yml");
    String text = Files.readString(rules);
    assertThat(text).contains(from);
    Files.writeString(rules, text.replace(from, to));
  }

  private void copy() throws IOException {
    for (String file : new String[] {"rules.yml", "rules.test.yml"}) {
      Files.copy(Monitoring.DIRECTORY.resolve(file), dir.resolve(file));
    }
  }
}
