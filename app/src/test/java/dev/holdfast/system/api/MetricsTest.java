package dev.holdfast.system.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.metrics.Scrape;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.system.Api;
import dev.holdfast.system.Scraped;
import dev.holdfast.system.SidecarFixture;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Prometheus;
import dev.holdfast.testkit.Prometheus.Said;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares the meters of a sidecar with {@code /status} and docs/metrics.md. */
final class MetricsTest {
  @TempDir Path directory;
  private SidecarFixture f;

  @BeforeEach
  void start() throws Exception {
    f = SidecarFixture.start(directory);
  }

  @AfterEach
  void stop() {
    f.close();
  }

  @Test
  void figures_ofASidecarThatHasDoneNothing_areThoseOfStatus() throws Exception {
    assertSameFigures();
    Map<String, Double> now = scrape();
    assertThat(now).containsEntry("holdfast_origin_state{state=\"unknown\"}", 1.0);
    assertThat(now).containsEntry("holdfast_recovered_clean", 1.0);
    assertThat(now).containsEntry("holdfast_pending", 0.0);
  }

  @Test
  void figures_whileWritesArePending_areThoseOfStatus() throws Exception {
    f.standIn().troubles().start(Trouble.HANG);
    f.api().given("a", "12345");
    Await.until("it is being settled", () -> f.standIn().troubles().held() == 1);
    f.api().given("a", "123");
    f.api().given("b%2Fc", "1234567");
    assertThat(f.api().delete("d").status()).isEqualTo(200);
    Await.until("all are on their way", () -> f.standIn().troubles().held() == 3);
    assertSameFigures();
    Map<String, Double> now = scrape();
    assertThat(now).containsEntry("holdfast_pending", 3.0);
    assertThat(now).containsEntry("holdfast_pending_bytes", 10.0);
    assertThat(now).containsEntry("holdfast_coalesced_total", 1.0);
    assertThat(now).containsEntry("holdfast_origin_in_progress", 3.0);
    assertThat(now.get("holdfast_disk_force_seconds_count")).isGreaterThanOrEqualTo(7);
    String puts =
        "holdfast_http_requests_seconds_count"
            + "{method=\"PUT\",outcome=\"success\",status=\"201\"}";
    Await.until("the last one is over", () -> scrape().getOrDefault(puts, 0.0) == 3);

    f.standIn().troubles().stopAll();
    assertThat(f.api().ask("POST", "/settle").status()).isEqualTo(200);
    assertSameFigures();
    assertThat(scrape()).containsEntry("holdfast_settled_total", 4.0);
    assertThat(scrape()).containsEntry("holdfast_origin_state{state=\"up\"}", 1.0);
  }

  @ParameterizedTest
  @CsvSource({"ANSWER_429, busy, busy", "ANSWER_500, failing, nonsense"})
  void figures_whileTheOriginRefuses_areThoseOfStatus(Trouble trouble, String state, String kind)
      throws Exception {
    f.standIn().troubles().start(trouble);
    f.api().given("a", "1");
    Await.until("it is refused", () -> f.status().get("refused").has("a"));
    assertSameFigures();
    Map<String, Double> now = scrape();
    assertThat(now).containsEntry("holdfast_pending_refused", 1.0);
    assertThat(now).containsEntry("holdfast_origin_state{state=\"" + state + "\"}", 1.0);
    assertThat(now.get("holdfast_settle_failures_total{kind=\"" + kind + "\"}"))
        .isGreaterThanOrEqualTo(3);
  }

  @Test
  void figures_afterAStart_areThoseOfStatus() throws Exception {
    f.api().given("settled", "1");
    assertThat(f.api().ask("POST", "/settle").status()).isEqualTo(200);
    f.standIn().troubles().start(Trouble.ANSWER_429);
    f.api().given("a", "1");
    f.api().given("b", "2");
    assertThat(f.api().delete("c").status()).isEqualTo(200);
    f.restartSidecar();
    assertSameFigures();
    Map<String, Double> now = scrape();
    assertThat(now).containsEntry("holdfast_recovered_puts", 2.0);
    assertThat(now).containsEntry("holdfast_recovered_deletes", 1.0);
    assertThat(now).containsEntry("holdfast_recovered_kept", 1.0);
    assertThat(now).containsEntry("holdfast_recovered_published", 0.0);
  }

  @Test
  void reads_areCounted() throws Exception {
    Files.writeString(f.files().resolve("there"), "x");
    assertThat(f.api().get("there").status()).isEqualTo(200);
    assertThat(f.api().get("not-there").status()).isEqualTo(404);
    Map<String, Double> now = scrape();
    assertThat(now).containsEntry("holdfast_fetches_total", 2.0);
    assertThat(now).containsEntry("holdfast_published", 1.0);
    assertThat(now).containsEntry("holdfast_published_bytes", 1.0);
    assertThat(now)
        .containsEntry("holdfast_origin_requests_total{method=\"GET\",outcome=\"found\"}", 1.0)
        .containsEntry("holdfast_origin_requests_total{method=\"GET\",outcome=\"absent\"}", 1.0);
  }

  @Test
  void bounds_areThoseOfTheConfiguration() throws Exception {
    StagingLimits limits = StagingLimits.DEFAULT;
    Map<String, Double> now = scrape();
    assertThat(now)
        .containsEntry("holdfast_pending_max", (double) limits.pendingCountMax())
        .containsEntry("holdfast_pending_bytes_max", (double) limits.pendingBytesMax())
        .containsEntry("holdfast_staging_free_bytes_min", (double) limits.diskFreeBytesMin());
    double bytes = (double) directory.toFile().getTotalSpace();
    assertThat(now.get("holdfast_staging_free_bytes")).isPositive().isLessThanOrEqualTo(bytes);
  }

  /** Name, kind and labels of every meter are compared both ways. */
  @Test
  void meters_areThoseOfTheDocumentation() throws Exception {
    f.status();
    Await.until("it is counted", () -> text().contains("holdfast_http_requests_seconds_count"));
    assertThat(Scraped.of(text()).meters())
        .hasSizeGreaterThan(20)
        .isEqualTo(Scraped.documented("## A sidecar"));
    assertThat(Scraped.of(text()).help()).isEqualTo(Scraped.documentedHelp("## A sidecar"));
  }

  @Test
  void meters_areAsPrometheusAdvises() throws Exception {
    Assumptions.assumeTrue(
        Prometheus.isInstalled(), "no Prometheus here: 'make test-tools' installs it where it can");
    Await.until("one was read", () -> text().contains("holdfast_http_requests_seconds_count"));
    Said said = Prometheus.checkMetrics(text());
    assertThat(said.code()).as(said.text()).isZero();

    Said planted = Prometheus.checkMetrics(text().replaceFirst("# HELP holdfast_pending .*\n", ""));
    assertThat(planted.code()).as(planted.text()).isNotZero();
    assertThat(planted.text()).contains("holdfast_pending no help text");
  }

  /** Compares all figures of {@code /status} with the meters. */
  private void assertSameFigures() throws Exception {
    Await.until("nothing changes meanwhile", () -> figures(f.status()).equals(meters()));
    JsonNode status = f.status();
    double before = status.get("oldestPendingMs").asLong() / 1000.0;
    double oldest = scrape().get("holdfast_pending_oldest_seconds");
    double after = f.status().get("oldestPendingMs").asLong() / 1000.0;
    assertThat(oldest).isBetween(before, after);
  }

  /** Returns the figures of {@code /status} as the meters that say the same, without the age. */
  private static Map<String, Double> figures(JsonNode status) {
    var figures = new HashMap<String, Double>();
    figures.put("holdfast_mode{mode=\"" + status.get("mode").asText() + "\"}", 1.0);
    figures.put("holdfast_pending", status.get("pendingCount").asDouble());
    figures.put("holdfast_pending_bytes", status.get("pendingBytes").asDouble());
    figures.put("holdfast_kept", status.get("keptCount").asDouble());
    figures.put("holdfast_kept_bytes", status.get("keptBytes").asDouble());
    figures.put("holdfast_coalesced_total", status.get("coalescedCount").asDouble());
    figures.put("holdfast_settled_total", status.get("settledCount").asDouble());
    figures.put("holdfast_pending_refused", (double) status.get("refused").size());
    status
        .get("settleFailures")
        .properties()
        .forEach(
            kind ->
                figures.put(
                    "holdfast_settle_failures_total{kind=\"" + kind.getKey() + "\"}",
                    kind.getValue().asDouble()));
    figures.put("holdfast_origin_state{state=\"" + status.at("/origin/word").asText() + "\"}", 1.0);
    JsonNode recovered = status.get("recovered");
    figures.put("holdfast_recovered_puts", recovered.get("putsPending").asDouble());
    figures.put("holdfast_recovered_deletes", recovered.get("deletesPending").asDouble());
    figures.put("holdfast_recovered_kept", recovered.get("kept").asDouble());
    figures.put("holdfast_recovered_published", recovered.get("published").asDouble());
    figures.put("holdfast_recovered_dropped", recovered.get("dropped").asDouble());
    figures.put("holdfast_recovered_clean", recovered.get("clean").asBoolean() ? 1.0 : 0);
    return figures;
  }

  /**
   * Returns the meters that {@link #figures} knows. Those with a label are in it only if they are
   * not 0.
   */
  private Map<String, Double> meters() throws IOException {
    Set<String> plain =
        Set.of(
            "holdfast_pending",
            "holdfast_pending_bytes",
            "holdfast_kept",
            "holdfast_kept_bytes",
            "holdfast_coalesced_total",
            "holdfast_settled_total",
            "holdfast_pending_refused");
    return scrape().entrySet().stream()
        .filter(
            meter ->
                plain.contains(meter.getKey())
                    || meter.getKey().startsWith("holdfast_recovered_")
                    || (meter
                            .getKey()
                            .matches("holdfast_(mode|settle_failures_total|origin_state)\\{.*")
                        && meter.getValue() > 0))
        .collect(Collectors.toMap(e -> e.getKey(), e -> e.getValue()));
  }

  /** Returns the samples by name and labels, in their spelling. */
  private Map<String, Double> scrape() throws IOException {
    return Scraped.of(text()).samples();
  }

  private String text() throws IOException {
    RawResponse answer = f.api().ask("GET", "/metrics");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(Api.only(answer, "Content-Type")).isEqualTo(Scrape.CONTENT_TYPE);
    return answer.text();
  }
}
