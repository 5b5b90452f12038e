package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.BuildDirectory;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.scoreboard.LogReport;
import dev.holdfast.stack.Stack;
import dev.holdfast.stack.StackConfig;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.system.TrafficStack;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Chromium;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Patience;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The pages in a real browser, over a whole stack with a real nginx under load. */
@Timeout(1_800)
@Tag("nginx")
final class ScoreboardPageTest {
  private static final int FILES = 30;
  private static final int READS = 3000;
  private static final int MISSING = 7;

  /** Texts that are cut, since they are wider than their boxes. */
  private static final String CUT =
      "[...document.querySelectorAll('.value, #sidecars div')]"
          + ".filter(e => e.scrollWidth > e.clientWidth).map(e => e.textContent)";

  /** The successes of all the seconds in the plot. */
  private static final String PLOTTED = "rate.data[1].reduce((a, b) => a + b, 0)";

  @TempDir Path dir;

  @BeforeEach
  void browser() {
    Assumptions.assumeTrue(
        Chromium.isInstalled(), "no Chromium here: 'make test-tools' installs it where it can");
  }

  @Test
  void livePage_showsTheLoad() throws Exception {
    StackConfig config = config();
    URI page = URI.create("http://127.0.0.1:" + config.scoreboard().port() + "/");
    Stack stack = TrafficStack.start(config);
    try (var chromium = Chromium.open(page, dir.resolve("profile"))) {
      await(chromium, "document.querySelector('#link')?.textContent === 'live'");
      assertThat(text(chromium, "since")).isEqualTo("no requests yet");
      load(stack.front());

      String all = String.format("%,d", FILES + READS + MISSING);
      await(chromium, "document.querySelector('#requests').textContent === '" + all + "'");
      await(chromium, PLOTTED + " === " + (FILES + READS));

      assertThat(text(chromium, "ok")).isEqualTo(String.format("%,d", FILES + READS));
      assertThat(text(chromium, "client-errors")).isEqualTo("" + MISSING);
      assertThat(text(chromium, "server-errors")).isEqualTo("0");
      assertThat(text(chromium, "wrong")).isEqualTo("not measured");
      assertThat(text(chromium, "garbage")).isEqualTo("0");
      assertThat(number(text(chromium, "most"))).isGreaterThan(FILES);
      assertThat(number(text(chromium, "sustained")))
          .isPositive()
          .isLessThanOrEqualTo(number(text(chromium, "most")));
      assertThat(text(chromium, "p99")).matches("[<\\d.,]+ (?:ms|s)");
      assertThat(
              chromium.evaluate("[...document.querySelectorAll('#sidecars div')].length").asInt())
          .isEqualTo(TrafficStack.PAIRS);
      assertThat(chromium.evaluate("document.querySelector('#sidecars').textContent").asText())
          .contains("sidecar 1: ", "sidecar 3: ", " pending", "origin up")
          .doesNotContain("no answer");
      assertReadableFromTheBack(chromium);
      chromium.screenshot(BuildDirectory.path().resolve("scoreboard-live.png"));

      // A stream ends after its time, and the browser asks for the next one.
      assertThat(
              chromium
                  .evaluate(
                      "events.dispatchEvent(new Event('error'))"
                          + " && document.querySelector('#link').textContent")
                  .asText())
          .isNotEqualTo("no connection");
      stack.close();
      await(chromium, "document.querySelector('#link').textContent === 'no connection'");
    } finally {
      stack.close();
    }
  }

  @Test
  void report_opensWithoutANetwork() throws Exception {
    StackConfig config = config();
    try (Stack stack = TrafficStack.start(config)) {
      load(stack.front());
    }
    assertIsLogged(Files.readAllLines(config.accessLog()));
    Path report =
        Files.writeString(
            dir.resolve("report.html"), LogReport.of(config.accessLog()).html("a test"));
    try (var chromium = Chromium.open(report.toUri(), dir.resolve("profile"))) {
      await(
          chromium, "document.querySelector('#ok') !== null && document.readyState === 'complete'");

      assertThat(text(chromium, "ok")).isEqualTo(String.format("%,d", FILES + READS));
      assertThat(text(chromium, "client-errors")).isEqualTo("" + MISSING);
      assertThat(chromium.evaluate("document.querySelector('#busiest').textContent").asText())
          .contains("name-0");
      assertThat(chromium.evaluate("performance.getEntriesByType('resource').length").asInt())
          .isZero();
      assertThat(chromium.evaluate(PAINTED).asInt()).isGreaterThan(100);
      assertThat(chromium.evaluate(CUT)).isEmpty();
      chromium.screenshot(BuildDirectory.path().resolve("scoreboard-report.png"));
    }
  }

  /** Pixels in the colour of the successes. */
  private static final String PAINTED =
      "(() => { const c = document.querySelector('#rate canvas');"
          + " const p = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
          + " let n = 0; for (let i = 0; i < p.length; i += 4)"
          + " if (p[i] === 0x4a && p[i + 1] === 0xde && p[i + 2] === 0x80) n++; return n; })()";

  private static void assertReadableFromTheBack(Chromium chromium) throws Exception {
    assertThat(chromium.evaluate(PAINTED).asInt()).as("the plot is drawn").isGreaterThan(100);
    assertThat(chromium.evaluate(CUT)).as("texts that are cut").isEmpty();
    assertThat(
            chromium
                .evaluate(
                    "[...document.querySelectorAll('.plot')]"
                        + ".every(p => p.scrollHeight <= p.clientHeight)")
                .asBoolean())
        .as("plots are shown whole, with their axes")
        .isTrue();
    assertThat(
            chromium
                .evaluate("document.documentElement.scrollHeight <= window.innerHeight")
                .asBoolean())
        .as("nothing has to be scrolled")
        .isTrue();
    assertThat(
            chromium
                .evaluate(
                    "parseFloat(getComputedStyle(document.querySelector('#ok')).fontSize)"
                        + " / window.innerHeight")
                .asDouble())
        .as("height of the big numbers, of the screen's")
        .isGreaterThan(0.08);
  }

  private static void await(Chromium chromium, String condition) throws Exception {
    Await.until(condition, () -> chromium.evaluate(condition).asBoolean());
  }

  private static String text(Chromium chromium, String id) throws Exception {
    JsonNode text = chromium.evaluate("document.getElementById('" + id + "').textContent");
    return text.asText();
  }

  private static double number(String shown) {
    return Double.parseDouble(shown.replace(",", ""));
  }

  private StackConfig config() throws IOException {
    return TrafficStack.withScoreboardPort(
        TrafficStack.config(
            dir.resolve("data"), TrafficStack.files(Mode.BEHIND, 5_000), StagingLimits.DEFAULT),
        FreePorts.one());
  }

  /** Sends writes, reads of existing files, and reads of absent ones. */
  private static void load(URI front) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (int i = 0; i < FILES; i++) {
        assertThat(status(client, file(front, "name-" + i).PUT(BodyPublishers.ofString("x" + i))))
            .isEqualTo(201);
      }
      for (int i = 0; i < READS; i++) {
        assertThat(status(client, file(front, "name-" + i % FILES))).isEqualTo(200);
      }
      for (int i = 0; i < MISSING; i++) {
        assertThat(status(client, file(front, "missing-" + i))).isEqualTo(404);
      }
    }
  }

  /** Returns what the log has to say of those requests, in their order. */
  private static List<String> requests() {
    var expected = new ArrayList<String>();
    IntStream.range(0, FILES).forEach(i -> expected.add("PUT name-" + i + " 201"));
    IntStream.range(0, READS).forEach(i -> expected.add("GET name-" + i % FILES + " 200"));
    IntStream.range(0, MISSING).forEach(i -> expected.add("GET missing-" + i + " 404"));
    return expected;
  }

  /** Checks that the log has each request once. If not, says what it has about there. */
  private static void assertIsLogged(List<String> log) throws IOException {
    List<String> requests = requests();
    for (int i = 0; i < Math.min(log.size(), requests.size()); i++) {
      String near = String.join("\n", log.subList(Math.max(0, i - 2), i + 1));
      assertThat(request(log.get(i))).as(near).isEqualTo(requests.get(i));
    }
    assertThat(log).hasSameSizeAs(requests);
  }

  private static String request(String line) throws IOException {
    JsonNode entry = new ObjectMapper().readTree(line);
    String name = Path.of(entry.get("uri").asText()).getFileName().toString();
    return entry.get("method").asText() + " " + name + " " + entry.get("status").asInt();
  }

  private static HttpRequest.Builder file(URI front, String name) {
    return HttpRequest.newBuilder(front.resolve("/api/fileserver/" + name)).timeout(Patience.STEP);
  }

  private static int status(HttpClient client, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.discarding()).statusCode();
  }
}
