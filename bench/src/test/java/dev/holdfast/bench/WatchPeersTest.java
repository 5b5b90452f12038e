package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The outputs of peers, as the programs print them. */
class WatchPeersTest {
  private static final String PROBE =
      """
      # HELP probe_duration_seconds Returns how long the probe took to complete in seconds
      # TYPE probe_duration_seconds gauge
      probe_duration_seconds 0.0235
      probe_http_duration_seconds{phase="connect"} 0.000321
      probe_http_duration_seconds{phase="processing"} 0.021
      probe_http_duration_seconds{phase="resolve"} 0.5
      probe_http_duration_seconds{phase="tls"} 0.0015
      probe_http_duration_seconds{phase="transfer"} 7.9e-05
      probe_http_status_code 200
      # TYPE probe_success gauge
      probe_success %s
      """;

  @Test
  void blackbox_timeIsThatOfThePhases_withoutTheResolver() {
    WatchProbed probed = WatchBlackbox.parse(7, PROBE.formatted("1"));

    assertThat(probed.number()).isEqualTo(7);
    assertThat(probed.isUp()).isTrue();
    assertThat(probed.millis()).isCloseTo(22.9, offset(1e-9));
  }

  @Test
  void blackbox_failureIsDown() {
    assertThat(WatchBlackbox.parse(7, PROBE.formatted("0")).isUp()).isFalse();
    assertThat(WatchBlackbox.parse(7, "Unknown module").isUp()).isFalse();
  }

  @Test
  void checkHttp_hasALineForEachCheck_andItsCpu() throws IOException {
    String printed =
        """
        HTTP OK: HTTP/1.1 200 Word - 1075 bytes in 0.021 second response time |time=0.021387s;;;0.000000;5.000000 size=1075B;;;0
        HTTP CRITICAL - Socket timeout after 5 seconds
        HTTP WARNING: HTTP/1.1 404 Word - 10 bytes in 0.001 second response time |time=0.001s;;;0.000000;5.000000 size=10B;;;0
        0m0.010000s 0m0.020000s
        1m2.500000s 0m0.250000s
        """;

    assertThat(WatchCheckHttp.parse(100, printed))
        .containsExactly(
            new WatchProbed(100, 21.387, true),
            new WatchProbed(101, 0, false),
            new WatchProbed(102, 1, false));
    assertThat(WatchCheckHttp.cpuSeconds(printed)).isEqualTo(62.75);
  }

  @Test
  void checkHttp_withoutCpu_isRefused() {
    assertThatThrownBy(() -> WatchCheckHttp.cpuSeconds("HTTP OK\n"))
        .isInstanceOf(IOException.class);
  }

  @Test
  void checkHttp_commandIsThatOfTheUrl() {
    assertThat(WatchCheckHttp.command(Path.of("/a/check_http"), "https://127.2.0.1:99/page/5"))
        .isEqualTo("/a/check_http -I 127.2.0.1 -p 99 -u /page/5 -t 5 -S");
    assertThat(WatchCheckHttp.command(Path.of("/a/check_http"), "http://127.2.0.1:99/page/5"))
        .endsWith("-t 5");
  }

  @Test
  void aiohttp_hasALineForEachCheck_andATotal() throws IOException {
    var printed =
        WatchAiohttp.Printed.parse(
            """
            http://127.2.0.1:99/page/5 0.0215 200
            http://127.2.0.2:99/slow/6 5.0 0
            total 10.5 1.25
            """);

    assertThat(printed.probed())
        .containsExactly(new WatchProbed(5, 21.5, true), new WatchProbed(6, 5_000, false));
    assertThat(printed.seconds()).isEqualTo(10.5);
    assertThat(printed.cpuSeconds()).isEqualTo(1.25);
  }

  @Test
  void aiohttp_thatFails_isRefused() {
    assertThatThrownBy(() -> WatchAiohttp.Printed.parse("http://127.2.0.1:99/page/5 0.0215 200\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("early");
    assertThatThrownBy(() -> WatchAiohttp.Printed.parse("Traceback (most recent call last):\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Traceback");
  }

  @Test
  void comparison_saysWhoIsDearer_andTheShareOfTheInflation() {
    var programs = new WatchComparison();
    programs.plain(WatchComparison.HOLDFAST, 100);
    programs.tls(WatchComparison.HOLDFAST, 2_100);
    programs.inflation(WatchComparison.HOLDFAST, 500, 1);
    programs.plain(WatchAiohttp.NAME, 400);
    programs.tls(WatchBlackbox.NAME, 2_000);
    programs.inflation(WatchBlackbox.NAME, 500, 5.5);
    programs.inflation(WatchAiohttp.NAME, 500, 4.5);
    programs.inflation(WatchAiohttp.NAME, 2_000, 900); // nobody to compare with

    List<WatchFigure> figures = programs.figures();

    assertThat(figures)
        .extracting(WatchFigure::what)
        .containsExactly(
            "CPU a check by http, the watcher at 500 checks/s: Holdfast beside aiohttp",
            "CPU a check by https: Holdfast beside blackbox_exporter",
            "p99 inflation at 500 checks/s by http: Holdfast beside blackbox_exporter",
            "p99 inflation at 500 checks/s by http: Holdfast beside aiohttp");
    assertThat(figures)
        .extracting(figure -> figure.goal() + (figure.met() ? ": met" : ": missed"))
        .containsExactly(": met", "≤ blackbox_exporter: missed", "≤ 1/5: met", "≤ 1/5: missed");
    assertThat(figures.getFirst().measured()).contains("0.25 times as much");
  }
}
