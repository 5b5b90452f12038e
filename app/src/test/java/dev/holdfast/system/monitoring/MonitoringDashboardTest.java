package dev.holdfast.system.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.counters.http.Counters;
import dev.holdfast.counters.http.CountersConfig;
import dev.holdfast.files.FilesConfig;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.http.HttpLimits;
import dev.holdfast.service.Configured;
import dev.holdfast.service.ProcessConfig;
import dev.holdfast.service.ServiceProcess;
import dev.holdfast.stack.Stack;
import dev.holdfast.stack.StackConfig;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.system.Api;
import dev.holdfast.system.ProcessStack;
import dev.holdfast.system.TrafficStack;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Prometheus;
import dev.holdfast.watcher.service.Watch;
import dev.holdfast.watcher.service.WatchConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The dashboard and the alerts, on the figures that a real Prometheus reads from a running stack.
 */
@Timeout(1_800)
final class MonitoringDashboardTest {
  /** The actors of the profile, as the configuration lists them. */
  private static final String ACTORS =
      IntStream.rangeClosed(1, 5)
          .mapToObj(number -> "counters-" + number + ":7777")
          .collect(Collectors.joining(", ", "[", "]"));

  private static final String INTERVAL = "10s";
  private static final int DOWN = 0;
  private static final int FAILING = 1;
  private static final int WELL = 2;

  @TempDir Path dir;

  @Test
  void dashboard_knowsWhatGrafanaIsGiven() throws Exception {
    JsonNode dashboard = Monitoring.dashboard();
    assertThat(Monitoring.datasources()).containsExactly(Monitoring.PROMETHEUS, Monitoring.LOKI);
    assertThat(Monitoring.unknownReferences(dashboard)).isEmpty();
    List<Monitoring.Query> queries = Monitoring.queries(dashboard);
    assertThat(queries).allMatch(query -> !query.expression().isBlank());
    assertThat(queries)
        .extracting(Monitoring.Query::datasource)
        .contains(Monitoring.PROMETHEUS, Monitoring.LOKI);
    assertThat(dashboard.findValuesAsText("id")).doesNotHaveDuplicates();
  }

  @Test
  void dashboard_withReferencesToNothing_isFound() throws Exception {
    String text = Monitoring.dashboard().toString();
    JsonNode planted =
        new ObjectMapper()
            .readTree(
                text.replaceFirst("\"uid\":\"prometheus\"", "\"uid\":\"elsewhere\"")
                    .replaceFirst("\\$__rate_interval", "\\$interval"));
    assertThat(Monitoring.unknownReferences(planted))
        .hasSize(2)
        .anyMatch(unknown -> unknown.contains("elsewhere"))
        .anyMatch(unknown -> unknown.contains("$interval"));
  }

  @Test
  void queriesAndRules_findTheirFiguresInARunningStack() throws Exception {
    Assumptions.assumeTrue(
        Prometheus.isInstalled(), "no Prometheus here: 'make test-tools' installs it where it can");
    StackConfig config = config();
    try (Stack stack = TrafficStack.start(config);
        ServiceProcess actor = actor();
        ServiceProcess watcher = watcher();
        Prometheus prometheus = prometheus(config, actor.port(), watcher.port())) {
      List<Monitoring.Query> queries =
          Monitoring.queries(Monitoring.dashboard()).stream()
              .filter(query -> query.datasource().equals(Monitoring.PROMETHEUS))
              .toList();
      assertThat(queries).hasSizeGreaterThan(30);
      Thread traffic = Thread.ofVirtual().start(() -> traffic(stack, config.ring()));
      try {
        for (Monitoring.Query query : queries) {
          Await.until(
              query.panel() + ": " + query.expression(),
              () -> isFed(prometheus, query.over(INTERVAL)));
        }
        assertRulesEvaluate(prometheus);
        assertThat(hasData(prometheus, "sum(rate(holdfast_no_such_meter_total[10s]))")).isFalse();
        assertThat(hasData(prometheus, "0 / holdfast_recovered_puts")).isFalse();
        assertThat(isFed(prometheus, "count(up) or vector(0)")).isTrue();
        assertThat(isFed(prometheus, "sum(holdfast_no_such_meter_total) or vector(0)")).isFalse();
        assertThat(isFed(prometheus, "sum(up{job=\"none\"}) or vector(0)")).isFalse();
        assertThat(isFed(prometheus, "vector(0)")).isFalse();
        assertThatThrownBy(() -> hasData(prometheus, "rate(holdfast_settled_total)"))
            .hasMessageContaining("expected type range vector");
      } finally {
        traffic.interrupt();
        traffic.join();
      }
    }
  }

  /** Checks that all rules can be evaluated, and that their meters are there. */
  private static void assertRulesEvaluate(Prometheus prometheus) throws Exception {
    JsonNode rules = prometheus.data("rules").at("/groups/0/rules");
    assertThat(rules).hasSize(Monitoring.alerts().size());
    for (JsonNode rule : rules) {
      assertThat(rule.path("health").asText()).as("%s", rule).isEqualTo("ok");
    }
    for (String expression : Monitoring.alerts().values()) {
      assertThat(Monitoring.selectors(expression))
          .isNotEmpty()
          .allMatch(selector -> hasData(prometheus, selector));
    }
    assertThat(prometheus.query("ALERTS{alertname=\"HoldfastOriginDown\"}")).hasSize(1);
  }

  /**
   * Returns true if a query has a number to show and all its meters are there. A query with {@code
   * or vector(0)} shows a number without any meter, too.
   */
  private static boolean isFed(Prometheus prometheus, String expression) {
    Set<String> selectors = Monitoring.selectors(expression);
    return !selectors.isEmpty()
        && selectors.stream().allMatch(selector -> hasData(prometheus, selector))
        && hasData(prometheus, expression);
  }

  /** Returns true if a query has a number to show. A quotient of nothing by nothing is not one. */
  private static boolean hasData(Prometheus prometheus, String expression) {
    try {
      return prometheus.query(expression).stream().anyMatch(Double::isFinite);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Starts a Prometheus with the real configuration, the targets of this stack, and figures every
   * second.
   */
  private Prometheus prometheus(StackConfig config, int actorPort, int watcherPort)
      throws Exception {
    Path targets = dir.resolve("sidecars.json");
    String file = Files.readString(Monitoring.DIRECTORY.resolve("prometheus.yml"));
    for (String[] change :
        new String[][] {
          {"interval: 5s", "interval: 1s"},
          {"scrape_timeout: 4s", "scrape_timeout: 1s"},
          {"/run/holdfast/sidecars.json", targets.toString()},
          {"scoreboard:8090", "127.0.0.1:" + config.scoreboard().port()},
          {ACTORS, "[127.0.0.1:" + actorPort + "]"},
          {"[watch:7979]", "[127.0.0.1:" + watcherPort + "]"}
        }) {
      assertThat(file).contains(change[0]);
      file = file.replace(change[0], change[1]);
    }
    Path configuration = Files.writeString(dir.resolve("prometheus.yml"), file);
    // Alerts fire sooner here, since a query of the dashboard needs one that fires.
    String rules = Files.readString(Monitoring.DIRECTORY.resolve("rules.yml"));
    assertThat(rules).contains("for: 30s");
    Files.writeString(dir.resolve("rules.yml"), rules.replace("for: 30s", "for: 1s"));
    return Prometheus.start(
        Monitoring.DIRECTORY.resolve("start-prometheus"),
        Map.of(
            "HOLDFAST_RING", String.join(",", config.ring()),
            "HOLDFAST_TARGETS", targets.toString(),
            "HOLDFAST_PROMETHEUS_CONFIG", configuration.toString(),
            "HOLDFAST_PROMETHEUS_DATA", dir.resolve("data").toString()),
        dir.resolve("prometheus.log"));
  }

  private ServiceProcess actor() throws Exception {
    return ServiceProcess.start(
        new ProcessConfig(
            "127.0.0.1", FreePorts.one(), dir.resolve("counters"), HttpLimits.DEFAULT),
        new Configured<>(new Counters(), CountersConfig.DEFAULT));
  }

  /** Starts a watcher, which waits for a database. Its meters are there all the same. */
  private ServiceProcess watcher() throws Exception {
    return ServiceProcess.start(
        new ProcessConfig("127.0.0.1", FreePorts.one(), dir.resolve("watch"), HttpLimits.DEFAULT),
        new Configured<>(new Watch(), WatchConfig.DEFAULT));
  }

  /** Returns a stack of three pairs that give up soon. */
  private StackConfig config() throws IOException {
    var files =
        FilesConfig.DEFAULT
            .withMode(Mode.BEHIND)
            .withAnswerWithinMs(500)
            .withRetryFirstMs(10)
            .withRetryMaxMs(50)
            .withStopSettleMs(0);
    StackConfig config = TrafficStack.config(dir.resolve("stack"), files, StagingLimits.DEFAULT);
    return TrafficStack.withScoreboardPort(TrafficStack.withLatencyMs(config, 10), FreePorts.one());
  }

  /**
   * Sends requests that nginx, a sidecar and a file server answer, until the thread is interrupted.
   * One file server is down, and one answers with errors.
   */
  private void traffic(Stack stack, List<String> ring) {
    stack.standIns().get(DOWN).close();
    stack.standIns().get(FAILING).troubles().start(Trouble.ANSWER_500);
    var api = new Api(stack.front());
    try {
      for (int round = 0; !Thread.interrupted(); round++) {
        String name = nameOf(ring, WELL, "written-" + round % 3 + "-");
        api.put(name, "x" + round);
        api.get(name);
        String absent = nameOf(ring, WELL, "absent-" + round + "-");
        api.get(absent);
        api.get(absent);
        for (int pair : List.of(DOWN, FAILING)) {
          api.put(nameOf(ring, pair, "kept-"), "x" + round);
          api.get(nameOf(ring, pair, "absent-" + round + "-"));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String nameOf(List<String> ring, int pair, String prefix) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> prefix + i)
        .filter(name -> ProcessStack.ownerOf(ring, name) == pair)
        .findFirst()
        .orElseThrow();
  }
}
