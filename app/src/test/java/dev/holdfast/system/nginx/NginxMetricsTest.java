package dev.holdfast.system.nginx;

import static dev.holdfast.system.nginx.NginxFixture.PREFIX;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.metrics.Scrape;
import dev.holdfast.scoreboard.BoardConfig;
import dev.holdfast.scoreboard.LiveBoard;
import dev.holdfast.system.Api;
import dev.holdfast.system.Scraped;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Prometheus;
import dev.holdfast.testkit.Prometheus.Said;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Compares nginx's meters in the live scoreboard with docs/metrics.md. */
@Timeout(1_800)
final class NginxMetricsTest {
  @TempDir Path directory;
  private NginxFixture nginx;
  private LiveBoard board;

  @BeforeEach
  void start() throws IOException {
    nginx = NginxFixture.start(directory, 1);
    nginx.publish("name", "0123456789", 1);
    board =
        LiveBoard.start(
            new BoardConfig("127.0.0.1", 0, nginx.accessLog(), List.of(), Optional.empty(), 1),
            InstantSource.system());
  }

  @AfterEach
  void stop() throws IOException {
    board.close();
    nginx.close();
  }

  @Test
  void allSeries_areThereBeforeTheFirstRequest() throws IOException {
    Map<String, Double> before = scrape();

    assertThat(before).containsEntry(requests("GET", "nginx", "5xx"), 0.0);
    assertThat(before).containsEntry(requests("other", "origin", "other"), 0.0);
    assertThat(before).containsEntry("holdfast_nginx_log_newest_entry_timestamp_seconds", 0.0);
    assertThat(before).containsEntry("holdfast_nginx_log_invalid_lines_total", 0.0);
    assertThat(before).containsEntry("holdfast_nginx_log_read_failures_total", 0.0);
    assertThat(before).doesNotContainKey("holdfast_pending");
  }

  @Test
  void requests_areCountedAsTheLogHasThem() throws Exception {
    long begin = Instant.now().getEpochSecond();
    assertThat(nginx.ask("GET", PREFIX + "name").status()).isEqualTo(200);
    assertThat(nginx.ask("HEAD", PREFIX + "name").status()).isEqualTo(200);
    assertThat(nginx.ask("GET", PREFIX + "name").status()).isEqualTo(200);
    nginx.sidecar().on(StubSidecar.answering("201 Created", "", "X-Holdfast-Served: sidecar"));
    assertThat(nginx.ask("PUT", PREFIX + "new").status()).isEqualTo(201);
    nginx.sidecar().on(StubSidecar.answering("404 Not Found", "", "X-Holdfast-Served: origin"));
    assertThat(nginx.ask("GET", PREFIX + "none").status()).isEqualTo(404);
    nginx.sidecar().on(StubSidecar.answering("405 No", "", "X-Holdfast-Served: sidecar"));
    assertThat(nginx.ask("BREW", PREFIX + "tea").status()).isEqualTo(405);
    List<JsonNode> log = nginx.stopAndReadLog();
    Files.writeString(nginx.accessLog(), "no line of nginx\n", StandardOpenOption.APPEND);

    Await.until(
        "all is counted",
        () ->
            sum(scrape(), "holdfast_nginx_requests_total{") == 6
                && scrape().get("holdfast_nginx_log_invalid_lines_total") == 1);

    Map<String, Double> now = scrape();
    assertThat(now).containsEntry(requests("GET", "nginx", "2xx"), 2.0);
    assertThat(now).containsEntry(requests("HEAD", "nginx", "2xx"), 1.0);
    assertThat(now).containsEntry(requests("PUT", "sidecar", "2xx"), 1.0);
    assertThat(now).containsEntry(requests("GET", "origin", "4xx"), 1.0);
    assertThat(now).containsEntry(requests("other", "sidecar", "4xx"), 1.0);
    String durations = "holdfast_nginx_request_duration_seconds";
    assertThat(now).containsEntry(durations + "_count{served_by=\"nginx\"}", 3.0);
    assertThat(now).containsEntry(durations + "_count{served_by=\"origin\"}", 1.0);
    assertThat(now).containsEntry(durations + "_bucket{served_by=\"nginx\",le=\"+Inf\"}", 3.0);
    assertThat(now.get("holdfast_nginx_sent_bytes_total{served_by=\"nginx\"}"))
        .isEqualTo(bytesSentBy("nginx", log))
        .isGreaterThan(20);
    assertThat(now.get("holdfast_nginx_log_newest_entry_timestamp_seconds"))
        .isBetween((double) begin, (double) Instant.now().getEpochSecond());
  }

  @Test
  void clientThatGaveUp_isCountedApart() throws Exception {
    try (RawHttp client = NginxFixture.connect(nginx.port())) {
      client.request("PUT", PREFIX + "new", "Content-Length: 1000").bytes(new byte[10]);
    }

    Await.until("it is counted", () -> sum(scrape(), "holdfast_nginx_requests_total{") == 1);

    assertThat(scrape()).containsEntry(requests("PUT", "nginx", "gave_up"), 1.0);
  }

  @Test
  void meters_areThoseOfTheDocumentation() throws Exception {
    ask("/board");
    Await.until("it is counted", () -> text().contains("holdfast_http_requests_seconds_count"));

    assertThat(Scraped.of(text()).meters())
        .hasSizeGreaterThan(5)
        .isEqualTo(Scraped.documented("## The live scoreboard"));
    assertThat(Scraped.of(text()).help())
        .isEqualTo(Scraped.documentedHelp("## The live scoreboard"));
  }

  @Test
  void meters_areAsPrometheusAdvises() throws Exception {
    Assumptions.assumeTrue(
        Prometheus.isInstalled(), "no Prometheus here: 'make test-tools' installs it where it can");
    Await.until("one was read", () -> text().contains("holdfast_http_requests_seconds_count"));
    Said said = Prometheus.checkMetrics(text());
    assertThat(said.code()).as(said.text()).isZero();
  }

  private static double bytesSentBy(String server, List<JsonNode> log) {
    return log.stream()
        .filter(line -> line.path("served_by").asText().equals(server))
        .mapToLong(line -> line.path("bytes_sent").asLong())
        .sum();
  }

  private static String requests(String method, String servedBy, String statusClass) {
    return "holdfast_nginx_requests_total{method=\"%s\",served_by=\"%s\",status_class=\"%s\"}"
        .formatted(method, servedBy, statusClass);
  }

  private static double sum(Map<String, Double> samples, String prefix) {
    return samples.entrySet().stream()
        .filter(sample -> sample.getKey().startsWith(prefix))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  private Map<String, Double> scrape() throws IOException {
    return Scraped.of(text()).samples();
  }

  private String text() throws IOException {
    RawResponse answer = ask("/metrics");
    assertThat(Api.only(answer, "Content-Type")).isEqualTo(Scrape.CONTENT_TYPE);
    return answer.text();
  }

  private RawResponse ask(String path) throws IOException {
    RawResponse answer = new Api(URI.create("http://127.0.0.1:" + board.port())).ask("GET", path);
    assertThat(answer.status()).isEqualTo(200);
    return answer;
  }
}
