package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class WrkReportTest {
  private static final String OUTPUT =
      """
      Running 2s test @ http://127.0.0.1:8080
        1 threads and 64 connections
        Thread Stats   Avg      Stdev     Max   +/- Stdev
          Latency     1.36ms    0.64ms  21.02ms   96.11%
          Req/Sec    47.91k     2.05k   49.70k    95.00%
        95310 requests in 2.00s, 117.98MB read
      Requests/sec:  47643.17
      Transfer/sec:     58.97MB
      bench: requests=95310 micros=2000500 bytes=123711380 status=310 connect=1 read=2 write=3 timeout=4 \
      p50=1290 p99=2901 max=21024
      """;

  @Test
  void parse_takesTheLineOfTheScript() {
    WrkReport report = WrkReport.parse(OUTPUT);

    assertThat(report)
        .isEqualTo(new WrkReport(95_310, 2_000_500, 123_711_380, 310, 10, 1290, 2901, 21_024));
  }

  @Test
  void rates_areOfGoodAndOfRefusedAnswers() {
    var report = new WrkReport(1000, 2_000_000, 5000, 400, 0, 1, 2, 3);

    assertThat(report.goodPerSecond()).isEqualTo(300);
    assertThat(report.refusedPerSecond()).isEqualTo(200);
    assertThat(report.bytesPerAnswer()).isEqualTo(5);
  }

  @Test
  void parse_withoutTheLine() {
    assertThatThrownBy(() -> WrkReport.parse("unable to connect to 127.0.0.1:1 Connection refused"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Connection refused");
  }

  @Test
  void parse_withHalfTheLine() {
    assertThatThrownBy(() -> WrkReport.parse("bench: requests=1 micros=2"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bytes");
  }
}
