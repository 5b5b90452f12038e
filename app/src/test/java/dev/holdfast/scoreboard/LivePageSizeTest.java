package dev.holdfast.scoreboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.BuildDirectory;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Chromium;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The live page in a real browser: everything on it can be read, in windows of any size. */
@Timeout(1_800)
final class LivePageSizeTest {
  private static final int[][] WINDOWS = {
    {1280, 720},
    {1280, 800},
    {1280, 1024},
    {1366, 768},
    {1600, 900},
    {1600, 1200},
    {1920, 1080},
    {1920, 1200},
    {2560, 1080},
    {2560, 1440},
    {3440, 1440},
    {3840, 1080},
    {3840, 2160},
  };

  /** Texts that are wider or higher than their boxes. */
  private static final String CUT =
      "[...document.querySelectorAll('.value, .label, .fit, figcaption, header, header *')]"
          + ".filter(e => e.scrollWidth > e.clientWidth && e.clientWidth > 0"
          + " || e.matches('.fit') && e.scrollHeight > e.clientHeight + 1)"
          + ".map(e => (e.id || e.className || e.tagName) + ': ' + e.textContent)";

  /** Numbers at an axis that are wider than its space. */
  private static final String CUT_AXES =
      "[rate, latency].flatMap(p => { const axis = p.made.axes[1];"
          + " const c = document.createElement('canvas').getContext('2d');"
          + " c.font = axis.font[0];"
          + " const ends = p.made.axes[0]._values.map((v, i) => v === null ? 0"
          + " : p.made.valToPos(p.made.axes[0]._splits[i], 'x', true) + c.measureText(v).width / 2);"
          + " if (Math.max(...ends) > p.made.ctx.canvas.width) return ['time'];"
          + " return axis._values.filter(v => v !== null"
          + " && c.measureText(v).width + axis.ticks.size + axis.gap > axis._size); })";

  @TempDir Path dir;
  private LiveBoard board;
  private Chromium chromium;

  @BeforeEach
  void open() throws Exception {
    Assumptions.assumeTrue(
        Chromium.isInstalled(), "no Chromium here: 'make test-tools' installs it where it can");
    Path log = Files.createFile(dir.resolve("access.log"));
    board =
        LiveBoard.start(
            new BoardConfig("127.0.0.1", 0, log, List.of(), Optional.empty(), 3),
            InstantSource.system());
    chromium =
        Chromium.open(URI.create("http://127.0.0.1:" + board.port() + "/"), dir.resolve("profile"));
    Await.until(
        "the page is live",
        () ->
            chromium
                .evaluate("document.querySelector('#link')?.textContent === 'live'")
                .asBoolean());
    chromium.evaluate(
        "events.close(); clearTimeout(stale);"); // from here on the test feeds the page
  }

  @AfterEach
  void close() {
    if (chromium != null) {
      chromium.close();
    }
    if (board != null) {
      board.close();
    }
  }

  @Test
  void emptyBoard_fits() throws Exception {
    assertFits(board(0, 0, null, List.of(sidecar(1, 0))));
  }

  @Test
  void largeNumbers_fit() throws Exception {
    assertFits(
        board(
            1_532_412,
            28_567,
            null,
            IntStream.rangeClosed(1, 5).mapToObj(i -> sidecar(i, 123_456)).toList()));
  }

  /** Days of load, on a machine of the years to come. */
  @Test
  void largestNumbers_fit() throws Exception {
    assertFits(
        board(
            123_456_789_012L,
            86_400_000,
            9_999_999L,
            IntStream.rangeClosed(1, 10).mapToObj(i -> sidecar(i, 10_000_000)).toList()));
  }

  @Test
  void largeNumbers_areReadFromTheBack() throws Exception {
    chromium.resize(1600, 900);
    show(board(1_532_412, 28_567, null, List.of(sidecar(1, 0), sidecar(2, 0), sidecar(3, 0))));

    chromium.screenshot(BuildDirectory.path().resolve("scoreboard-large-numbers.png"));
    JsonNode heights =
        chromium.evaluate(
            "[...document.querySelectorAll('#main .value')]"
                + ".map(e => parseFloat(getComputedStyle(e).fontSize) / innerHeight)");

    assertThat(heights).hasSize(10);
    for (JsonNode height : heights) {
      assertThat(height.asDouble()).isGreaterThan(0.045);
    }
  }

  /** A window that is made smaller, and larger again, with nothing new to show. */
  @Test
  void resizedWindow_fitsAtOnce_andTheNumbersGrowAgain() throws Exception {
    chromium.resize(3840, 2160);
    show(board(1_532_412, 28_567, null, List.of(sidecar(1, 7))));
    double large = fontSize();

    chromium.resize(1280, 720);
    assertThat(chromium.evaluate(CUT)).isEmpty();
    chromium.resize(3840, 2160);

    assertThat(chromium.evaluate(CUT)).isEmpty();
    assertThat(fontSize()).isEqualTo(large);
  }

  /** Lines at 0 are drawn, above an axis of tenths. */
  @Test
  void latenciesUnderAMillisecond_areDrawn_onAnAxisOfTenths() throws Exception {
    for (int[] window : WINDOWS) {
      chromium.resize(window[0], window[1]);
      show(board(1_532_412, 0, null, List.of(sidecar(1, 0))));

      assertThat(chromium.evaluate(painted("latency", 0xf2, 0xf5, 0xf8)).asInt())
          .as("pixels of the mean, %d by %d", window[0], window[1])
          .isGreaterThan(window[0] / 10);
      JsonNode ticks = chromium.evaluate("latency.made.axes[1]._values");
      assertThat(ticks).as("%d by %d", window[0], window[1]).anyMatch(t -> t.asText().equals("0"));
      assertThat(ticks).anyMatch(t -> t.asText().matches("0\\.[1-9]"));
    }
    chromium.resize(1600, 900);
    chromium.screenshot(BuildDirectory.path().resolve("scoreboard-under-a-millisecond.png"));
  }

  /** If one request in four took a millisecond, the mean is 0.25 ms, and is drawn there. */
  @Test
  void meanOfAPartOfAMillisecond_isDrawnBetweenTheTenths() throws Exception {
    chromium.resize(1600, 900);
    show(board(1_532_412, 0, null, List.of(sidecar(1, 0))));
    double zero = averageY();

    chromium.evaluate(
        "latency.setData(latency.data.map((d, i) => i === 3 ? d.map(() => 0.25) : d))");

    double quarter = chromium.evaluate("latency.made.valToPos(0.25, 'y', true)").asDouble();
    assertThat(averageY()).isLessThan(zero);
    assertThat(averageY()).isBetween(quarter - 3, quarter + 3);
  }

  private void assertFits(Map<String, Object> state) throws Exception {
    for (int[] window : WINDOWS) {
      String size = window[0] + " by " + window[1];
      chromium.resize(window[0], window[1]);
      show(state);

      assertThat(chromium.evaluate(CUT)).as("texts that are cut, " + size).isEmpty();
      assertThat(chromium.evaluate(CUT_AXES)).as("axes that are cut, " + size).isEmpty();
      assertThat(
              chromium
                  .evaluate(
                      "document.documentElement.scrollHeight <= innerHeight"
                          + " && document.documentElement.scrollWidth <= innerWidth"
                          + " && document.body.scrollHeight <= innerHeight")
                  .asBoolean())
          .as("nothing has to be scrolled, " + size)
          .isTrue();
      assertThat(
              chromium
                  .evaluate(
                      "[...document.querySelectorAll('.plot')].every(p =>"
                          + " p.scrollHeight <= p.clientHeight && p.scrollWidth <= p.clientWidth"
                          + " && p.clientHeight > innerHeight / 6)")
                  .asBoolean())
          .as("plots are shown whole, " + size)
          .isTrue();
    }
  }

  private void show(Map<String, Object> state) throws Exception {
    chromium.evaluate("show(" + Json.line(state) + ")");
    chromium.evaluate("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))");
  }

  private double fontSize() throws Exception {
    return chromium
        .evaluate("parseFloat(getComputedStyle(document.querySelector('#ok')).fontSize)")
        .asDouble();
  }

  private static String pixels(String plot, int red, int green, int blue, String reduce) {
    return "(() => { const c = document.querySelector('#%s canvas');".formatted(plot)
        + " const p = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        + " let n = 0, y = 0; for (let i = 0; i < p.length; i += 4)"
        + " if (p[i] === %d && p[i + 1] === %d && p[i + 2] === %d)".formatted(red, green, blue)
        + " { n++; y += Math.floor(i / 4 / c.width); } return "
        + reduce
        + "; })()";
  }

  private static String painted(String plot, int red, int green, int blue) {
    return pixels(plot, red, green, blue, "n");
  }

  /** Returns the distance from the top to the line of the mean, in pixels. */
  private double averageY() throws Exception {
    return chromium.evaluate(pixels("latency", 0xf2, 0xf5, 0xf8, "y / n")).asDouble();
  }

  private static Map<String, Object> board(
      long requests, long latencyMs, Long invalidData, List<SidecarState> sidecars)
      throws IOException {
    long perSecond = requests / 50;
    var latency = new Summary.Latency(latencyMs, latencyMs, latencyMs, latencyMs);
    var server = new Summary.Server(requests, latency);
    var stage = new Summary.Stage(requests / 10, requests, 100, 100, latency);
    var waiting = new Summary.Stage(requests / 10, 0, null, null, latency);
    var statuses = new LinkedHashMap<String, Long>();
    for (LogEntry.Outcome outcome : LogEntry.Outcome.values()) {
      statuses.put(outcome.word(), requests);
    }
    var recent = new ArrayList<Summary.Point>();
    for (int i = 0; i < RecentSeconds.SECONDS; i++) {
      recent.add(
          new Summary.Point(
              AccessLog.START + i,
              perSecond,
              perSecond / 7.0,
              0,
              0,
              (double) latencyMs,
              latencyMs,
              latencyMs));
    }
    var summary =
        new Summary(
            "2026-01-02T03:04:05Z",
            "2026-01-02T04:04:05Z",
            3601L,
            requests,
            statuses,
            new Summary.GaveUp(
                requests / 10, Map.of("sending", stage, "waiting", waiting, "receiving", stage)),
            0,
            (double) perSecond,
            (double) perSecond,
            perSecond,
            latency,
            1000 * requests,
            Map.of("nginx", server, "sidecar", server, "origin", server),
            List.of(),
            List.of(),
            requests,
            null,
            1,
            List.of());
    var state = new LinkedHashMap<String, Object>();
    state.put("now", perSecond);
    state.put("summary", summary);
    state.put("invalid_data", invalidData);
    state.put("sidecars", sidecars);
    state.put("recent", recent);
    return state;
  }

  private static SidecarState sidecar(int number, long pending) {
    return new SidecarState("127.0.0.1:" + number, true, pending, 28_567, "failing");
  }
}
