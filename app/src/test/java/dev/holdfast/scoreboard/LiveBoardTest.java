package dev.holdfast.scoreboard;

import static dev.holdfast.scoreboard.AccessLog.line;
import static dev.holdfast.scoreboard.AccessLog.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.LogLines;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.RawHttp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The live scoreboard over HTTP. */
@Timeout(1_800)
final class LiveBoardTest {
  private static final int VIEWERS_MAX = 3;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path dir;
  private Path log;
  private Path loadSummary;
  private HttpServer sidecar;
  private LiveBoard board;
  private final HttpClient client = HttpClient.newHttpClient();
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile boolean hangs;
  private volatile boolean clockIsBroken;
  private volatile long secondsNow = 3;
  private volatile String status =
      "{\"pendingCount\":7,\"oldestPendingMs\":1234,\"origin\":{\"word\":\"busy\"}}";

  @BeforeEach
  void start() throws IOException {
    log = Files.createFile(dir.resolve("access.log"));
    loadSummary = dir.resolve("summary.json");
    sidecar = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    sidecar.createContext(
        "/status",
        exchange -> {
          byte[] body = status.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body, 0, 1);
          exchange.getResponseBody().flush();
          if (hangs) {
            awaitRelease();
          }
          exchange.getResponseBody().write(body, 1, body.length - 1);
          exchange.close();
        });
    sidecar.start();
    board =
        LiveBoard.start(
            new BoardConfig(
                "127.0.0.1",
                0,
                log,
                List.of("127.0.0.1:" + sidecar.getAddress().getPort(), "127.0.0.1:1"),
                Optional.of(loadSummary),
                VIEWERS_MAX),
            // Three seconds after the start of the log the first second is whole.
            this::now);
  }

  private Instant now() {
    if (clockIsBroken) {
      throw new IllegalStateException("the clock is broken");
    }
    return Instant.ofEpochSecond(AccessLog.START + secondsNow);
  }

  private void awaitRelease() {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void stop() {
    released.countDown();
    board.close();
    sidecar.stop(0);
    client.close();
  }

  @Test
  void board_showsWhatComesToTheLog() throws Exception {
    append(ok(0, "a"), ok(0, "b"), line(0, "GET", "c", 503, 10, 250, "sidecar"), "nonsense");

    JsonNode state = await(s -> s.at("/summary/requests").asInt() == 3);

    assertThat(state.get("now").asDouble()).isEqualTo(2.0);
    assertThat(state.at("/summary/statuses/2xx").asInt()).isEqualTo(2);
    assertThat(state.at("/summary/statuses/5xx").asInt()).isEqualTo(1);
    assertThat(state.at("/summary/latency/max_ms").asInt()).isEqualTo(250);
    assertThat(state.at("/summary/served_by/sidecar/requests").asInt()).isEqualTo(1);
    assertThat(state.at("/summary/garbage_lines").asInt()).isEqualTo(1);
    JsonNode recent = state.get("recent");
    assertThat(recent).hasSize(RecentSeconds.SECONDS);
    JsonNode newest = recent.get(RecentSeconds.SECONDS - 1);
    assertThat(newest.get("second").asLong()).isEqualTo(AccessLog.START);
    assertThat(newest.get("success_per_second").asDouble()).isEqualTo(2.0);
    assertThat(newest.get("server_errors_per_second").asDouble()).isEqualTo(1.0);
    assertThat(newest.get("p99_ms").asInt()).isEqualTo(250);
    assertThat(recent.get(0).get("p99_ms").isNull()).isTrue();
  }

  /** The board shows seconds that come again anew, and time goes on. */
  @Test
  void clockThatWentBack_theBoardGoesOn() throws Exception {
    long before = 2 * RecentSeconds.SECONDS;
    for (long second = before; second < before + 20; second++) {
      append(ok(second, "a"), ok(second, "a"), ok(second, "a"));
    }
    await(s -> s.at("/summary/requests").asInt() == 60);
    secondsNow = 19;
    for (long second = 0; second < 20; second++) {
      append(ok(second, "a"));
    }

    JsonNode state = await(s -> s.at("/summary/requests").asInt() == 80);

    assertThat(state.get("now").asDouble()).isEqualTo(1.0);
    JsonNode recent = state.get("recent");
    for (int ago = 1; ago <= 10; ago++) {
      JsonNode point = recent.get(RecentSeconds.SECONDS - ago);
      assertThat(point.get("second").asLong()).isEqualTo(AccessLog.START + 17 - ago);
      assertThat(point.get("success_per_second").asDouble()).isEqualTo(1.0);
    }
    assertThat(state.at("/summary/success_per_second_sustained").asDouble()).isEqualTo(3.0);
    assertThat(state.at("/summary/success_per_second_max").asInt()).isEqualTo(3);
    assertThat(state.at("/summary/duration_seconds").asInt()).isEqualTo(40);
  }

  /** A crafted line does not hide the lines after it. */
  @Test
  void lineOfTheFuture_isNotRead_andTheBoardGoesOn() throws Exception {
    append(ok(0, "a").replace("2026-", "9999-"), ok(0, "b"));

    JsonNode state = await(s -> s.at("/summary/requests").asInt() == 1);

    assertThat(state.at("/summary/garbage_lines").asInt()).isEqualTo(1);
    assertThat(state.at("/summary/duration_seconds").asInt()).isEqualTo(1);
    assertThat(state.get("now").asDouble()).isEqualTo(1.0);
  }

  /** The clock of another machine may be so far ahead. */
  @Test
  void lineOfTheNextHour_hidesNoSecond() throws Exception {
    long length = RecentSeconds.SECONDS + RecentSeconds.AHEAD_SECONDS_MAX;
    append(ok(10 * length, "a"), ok(12 * RecentSeconds.SECONDS, "a"), ok(0, "b"));

    JsonNode state = await(s -> s.at("/summary/requests").asInt() == 3);

    assertThat(state.get("now").asDouble()).isEqualTo(1.0);
    append(ok(11 * length, "a"), ok(0, "b"));
    assertThat(await(s -> s.at("/summary/requests").asInt() == 5).get("now").asDouble())
        .isEqualTo(2.0);
  }

  @Test
  void clientsThatGaveUp_areShownApart() throws Exception {
    append(
        AccessLog.gaveUp(line(0, "PUT", "b", 400, 0, 2000, "nginx"), 250, "1000", ""), ok(0, "a"));

    JsonNode state = await(s -> s.at("/summary/requests").asInt() == 2);

    assertThat(state.at("/summary/statuses/gave_up").asInt()).isEqualTo(1);
    assertThat(state.at("/summary/statuses/4xx").asInt()).isZero();
    assertThat(state.at("/summary/gave_up/by_stage/sending/percent_p50").asInt()).isEqualTo(25);
    JsonNode newest = state.get("recent").get(RecentSeconds.SECONDS - 1);
    assertThat(newest.get("gave_up_per_second").asDouble()).isEqualTo(1.0);
    assertThat(newest.get("mean_ms").asDouble()).isEqualTo(1000.0);
  }

  /** The count is more than a number of the page can hold. */
  @Test
  void wrongData_ofACountThatIsNone_isNotMeasured() throws Exception {
    for (String count : List.of("-1", "99999999999999999999", "1.5", "\"7\"")) {
      Files.writeString(
          loadSummary,
          summary(0, now()).replace("\"invalid_data\": 0", "\"invalid_data\": " + count));
      assertThat(LoadSummary.invalidData(loadSummary, now())).as(count).isEmpty();
    }
    Files.writeString(loadSummary, summary(3, now()));
    assertThat(LoadSummary.invalidData(loadSummary, now())).hasValue(3);
  }

  /** A run that sent nothing writes such a summary. */
  @Test
  void wrongData_ofARunWithoutARequest_isNotMeasured() throws Exception {
    Files.writeString(loadSummary, "{\"requests\": 0, \"end\": null, \"invalid_data\": 0}");

    assertThat(LoadSummary.invalidData(loadSummary, now())).isEmpty();
  }

  @Test
  void sidecars_areAskedForTheirState() throws Exception {
    JsonNode sidecars = await(s -> s.at("/sidecars/0/answers").asBoolean()).get("sidecars");

    assertThat(sidecars).hasSize(2);
    assertThat(sidecars.get(0).get("pending_count").asInt()).isEqualTo(7);
    assertThat(sidecars.get(0).get("oldest_pending_ms").asInt()).isEqualTo(1234);
    assertThat(sidecars.get(0).get("origin").asText()).isEqualTo("busy");
    assertThat(sidecars.get(1).get("answers").asBoolean()).isFalse();

    status = "not JSON";
    await(s -> !s.at("/sidecars/0/answers").asBoolean());
  }

  /** The headers come in time, and the rest does not. */
  @Test
  void sidecar_thatHangsInItsAnswer_isSilent() throws Exception {
    await(s -> s.at("/sidecars/0/answers").asBoolean());

    hangs = true;
    await(s -> !s.at("/sidecars/0/answers").asBoolean());

    hangs = false;
    released.countDown();
    await(s -> s.at("/sidecars/0/answers").asBoolean());
  }

  @Test
  void unexpectedFailure_isCounted_saidOnce_andTheBoardGoesOn() throws Exception {
    try (LogLines lines = LogLines.of(LiveBoard.class.getName())) {
      clockIsBroken = true;
      Await.until("two failures", () -> readFailures() >= 2);
      clockIsBroken = false;
      append(ok(0, "a"));
      await(s -> s.at("/summary/requests").asInt() == 1);

      assertThat(lines.lines())
          .containsExactly("WARN " + log + " could not be read, 1 times; it is tried again");
    }
  }

  private double readFailures() throws Exception {
    try (InputStream body = open("/metrics").body()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith("holdfast_nginx_log_read_failures_total"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    }
  }

  @Test
  void wrongData_ofAnEarlierRun_isNotShown() throws Exception {
    Files.writeString(loadSummary, summary(4, now().minusMillis(1)));
    append(ok(0, "a"));
    assertThat(await(s -> s.at("/summary/requests").asInt() == 1).get("invalid_data").isNull())
        .isTrue();

    Files.writeString(loadSummary, summary(5, now()));
    await(s -> s.get("invalid_data").asInt() == 5);
    Files.writeString(loadSummary, "{\"invalid_data\": 5}");
    await(s -> s.get("invalid_data").isNull());
  }

  @Test
  void wrongData_isNotMeasuredUntilALoadRunSaysSo() throws Exception {
    assertThat(get("/board").get("invalid_data").isNull()).isTrue();

    Files.writeString(loadSummary, "{\"requests\": 9, \"invalid_d");
    append(ok(0, "a"));
    assertThat(await(s -> s.at("/summary/requests").asInt() == 1).get("invalid_data").isNull())
        .isTrue();

    Files.writeString(loadSummary, summary(0, now()));
    assertThat(await(s -> !s.get("invalid_data").isNull()).get("invalid_data").asInt()).isZero();

    Files.writeString(loadSummary, summary(4, now().plusSeconds(1)));
    await(s -> s.get("invalid_data").asInt() == 4);
  }

  @Test
  void events_bringEveryState() throws Exception {
    HttpResponse<InputStream> stream = open("/events");
    assertThat(stream.statusCode()).isEqualTo(200);
    assertThat(stream.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    try (var lines =
        new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).isEqualTo("retry: 1000");
      assertThat(lines.readLine()).isEmpty();
      nextEvent(lines);
      append(ok(0, "a"));
      JsonNode state = nextEvent(lines);
      while (state.at("/summary/requests").asInt() == 0) {
        state = nextEvent(lines);
      }
      assertThat(state.at("/summary/requests").asInt()).isEqualTo(1);
    }
  }

  /** Open pages take no place of other requests, and a page that goes gives its place back. */
  @Test
  void viewers_areBounded() throws Exception {
    var open = new ArrayList<InputStream>();
    for (int i = 0; i < VIEWERS_MAX; i++) {
      open.add(open("/events").body());
    }

    HttpResponse<InputStream> refused = open("/events");
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");
    refused.body().close();
    assertThat(open("/").statusCode()).isEqualTo(200);
    assertThat(get("/board").has("summary")).isTrue();

    open.removeFirst().close();
    Await.until(
        "a place is free",
        () -> {
          HttpResponse<InputStream> next = open("/events");
          open.add(next.body());
          return next.statusCode() == 200;
        });
    for (InputStream body : open) {
      body.close();
    }
  }

  @Test
  void close_endsStreams() throws Exception {
    HttpResponse<InputStream> stream = open("/events");
    board.close();
    try (InputStream body = stream.body()) {
      assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).startsWith("retry: ");
    }
  }

  /** Viewers do not keep their connections, which a stop would wait for. */
  @Test
  void close_cutsNoneOff() throws Exception {
    URI base = URI.create("http://127.0.0.1:" + board.port());
    var pages = new ArrayList<RawHttp>();
    try (LogLines log = LogLines.of("dev.holdfast.http.HttpService")) {
      for (int i = 0; i < VIEWERS_MAX; i++) {
        pages.add(RawHttp.connect(base, Patience.STEP));
        pages.getLast().request("GET", "/events").responseHead();
      }
      board.close();
      assertThat(log.lines()).isEmpty();
    } finally {
      for (RawHttp page : pages) {
        page.close();
      }
    }
  }

  @Test
  void page_loadsNothingFromElsewhere() throws Exception {
    for (String path :
        List.of("/", "/board.css", "/shared.js", "/live.js", "/plot.js", "/plot.css")) {
      HttpResponse<InputStream> answer = open(path);
      try (InputStream body = answer.body()) {
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
            .as(path)
            .startsWith("default-src 'none'; script-src 'self'; ");
        assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8))
            .as(path)
            .doesNotContainPattern("(?:src|href)=\"(?:https?:)?//")
            .doesNotContainPattern("@import|\\burl\\(");
      }
    }
  }

  private interface Condition {
    boolean holds(JsonNode state);
  }

  private JsonNode await(Condition condition) throws Exception {
    Await.until("the state of the board", () -> condition.holds(get("/board")));
    return get("/board");
  }

  private JsonNode get(String path) throws Exception {
    try (InputStream body = open(path).body()) {
      return JSON.readTree(body);
    }
  }

  private HttpResponse<InputStream> open(String path) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + board.port() + path))
            .timeout(Patience.STEP)
            .build();
    return client.send(request, BodyHandlers.ofInputStream());
  }

  private static JsonNode nextEvent(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    assertThat(line).startsWith("data: ");
    assertThat(lines.readLine()).isEmpty();
    return JSON.readTree(line.substring("data: ".length()));
  }

  private static String summary(int invalidData, Instant end) {
    return "{\"requests\": 9, \"end\": \"%s\", \"invalid_data\": %d}".formatted(end, invalidData);
  }

  private void append(String... lines) throws IOException {
    Files.writeString(log, String.join("\n", lines) + "\n", StandardOpenOption.APPEND);
  }
}
