package dev.holdfast.scoreboard;

import static dev.holdfast.scoreboard.AccessLog.line;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The forms of a report. */
final class LogReportTest {
  private static final String EVIL = "</script><img src=//evil.example/x>";

  private static LogReport report(List<String> lines) throws IOException {
    String log = String.join("\n", lines) + "\n";
    return LogReport.of(new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)));
  }

  private static LogReport report() throws IOException {
    return report(
        List.of(
            line(0, "GET", "a", 200, 1500, 0, "nginx"),
            line(0, "GET", "a", 200, 1500, 0, "nginx"),
            line(0, "PUT", EVIL, 503, 100, 12_345, "sidecar"),
            line(1, "GET", "\\u001b[2Jb", 404, 100, 333, "origin"),
            "nonsense"));
  }

  /** The address is that of Docker's proxy. Logs of older versions do not have the field. */
  @Test
  void table_saysWhenMostRequestsCameThroughDockersProxy() throws IOException {
    String other = line(0, "GET", "a", 200, 1500, 0, "nginx");
    String direct = other.replaceAll("}$", ",\"via\":\"\"}");
    String proxied = other.replaceAll("}$", ",\"via\":\"proxy\"}");
    assertThat(report(List.of(proxied, direct, proxied)).table())
        .contains("2 requests came from the address of Docker's proxy");
    assertThat(report(List.of(proxied, direct, other, proxied)).table()).doesNotContain("proxy");
    assertThat(report(List.of(proxied, other)).json()).contains("\"via_proxy\" : 1");
  }

  @Test
  void table_showsEveryFigure() throws IOException {
    assertThat(report().table().lines().map(String::stripTrailing))
        .containsExactly(
            "from           2026-01-02T03:04:05Z",
            "to             2026-01-02T03:04:06Z",
            "duration       2 s",
            "requests       4",
            "  2xx          2  (50.00 %)",
            "  3xx          0  (0.00 %)",
            "  4xx          1  (25.00 %)",
            "  5xx          1  (25.00 %)",
            "  other        0  (0.00 %)",
            "  gave up      0  (0.00 %)",
            "successful requests/s",
            "  mean         1.0",
            "  sustained    1.0  (the best 10 s in a row)",
            "  maximum      2",
            "latency        p50 <1 ms   p95 12,345 ms   p99 12,345 ms   max 12,345 ms",
            "bytes sent     3,200",
            "answered by",
            "  nginx        2  (50.00 %)             p50 <1 ms   p95 <1 ms   p99 <1 ms   max <1 ms",
            "  sidecar      1  (25.00 %)             p50 12,345 ms   p95 12,345 ms   p99 12,345 ms"
                + "   max 12,345 ms",
            "  origin       1  (25.00 %)             p50 333 ms   p95 333 ms   p99 333 ms   max 333"
                + " ms",
            "slowest names",
            "  12,345 ms  PUT 503 by sidecar at 2026-01-02T03:04:05Z  " + EVIL,
            "    333 ms  GET 404 by origin at 2026-01-02T03:04:06Z  ?[2Jb",
            "     <1 ms  GET 200 by nginx at 2026-01-02T03:04:05Z  a",
            "busiest names",
            "         2  a",
            "         1  ?[2Jb",
            "         1  " + EVIL,
            "",
            "lines that are none of an access log: 1");
  }

  @Test
  void table_ofAnEmptyLog() throws IOException {
    assertThat(LogReport.of(new ByteArrayInputStream(new byte[0])).table())
        .isEqualTo("no requests");
  }

  @Test
  void json_holdsTheFigures() throws IOException {
    JsonNode json = new ObjectMapper().readTree(report().json());

    assertThat(json.get("requests").asLong()).isEqualTo(4);
    assertThat(json.at("/statuses/5xx").asLong()).isEqualTo(1);
    assertThat(json.get("success_per_second_max").asLong()).isEqualTo(2);
    assertThat(json.get("success_per_second_sustained").asDouble()).isEqualTo(1.0);
    assertThat(json.at("/latency/p99_ms").asLong()).isEqualTo(12_345);
    assertThat(json.at("/served_by/origin/latency/max_ms").asLong()).isEqualTo(333);
    assertThat(json.at("/slowest/0/name").asText()).isEqualTo(EVIL);
    assertThat(json.at("/slowest/0/duration_ms").asLong()).isEqualTo(12_345);
    assertThat(json.at("/busiest/0/requests").asLong()).isEqualTo(2);
    assertThat(json.get("course")).hasSize(2);
    assertThat(json.get("garbage_lines").asLong()).isEqualTo(1);
  }

  /**
   * The page has nothing to load, and a policy that forbids it. Addresses are in comments and text
   * alone.
   */
  @Test
  void html_needsNoNetwork() throws IOException {
    String html = report().html("log");

    assertThat(html).contains("content=\"default-src 'none'; ");
    assertThat(html).doesNotContainPattern("(?i)<(?:link|img|iframe|object|embed|base)\\b");
    assertThat(html).doesNotContainPattern("(?i)<script[^>]*\\ssrc\\b|@import|\\burl\\(");
    assertThat(html).doesNotContainPattern("\\b(?:fetch|XMLHttpRequest|EventSource|WebSocket)\\b");
    assertThat(Pattern.compile("https?://[^\\s\"')]*").matcher(html).results())
        .extracting(java.util.regex.MatchResult::group)
        .containsOnly("https://github.com/leeoniya/uPlot");
  }

  @Test
  void html_namesCannotEndTheScript() throws IOException {
    assertThat(report().html("<b>")).doesNotContain(EVIL).doesNotContain("<b>");
  }

  @Test
  void html_hasNoPlaceLeft() throws IOException {
    assertThat(report().html("@{style}$1"))
        .contains("uPlot", "\"requests\":4", "\"title\":\"@{style}$1\"");
  }
}
