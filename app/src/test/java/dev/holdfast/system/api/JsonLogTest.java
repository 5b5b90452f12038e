package dev.holdfast.system.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.nginx.NginxConfig;
import dev.holdfast.nginx.NginxProcess;
import dev.holdfast.system.Api;
import dev.holdfast.system.Launcher;
import dev.holdfast.system.nginx.NginxFixture;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.RawResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The standard output of commands: events in JSON, or only the data that they were asked for. */
@Timeout(1_800)
final class JsonLogTest {
  private static final long EXIT_TIMEOUT_S = Patience.STEP_S;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @TempDir Path dir;
  private Process process;

  @AfterEach
  void stop() throws InterruptedException {
    if (process != null) {
      process.destroy();
      assertThat(process.waitFor(EXIT_TIMEOUT_S, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void sidecar_requestThatFails_hasTheIdOfNginx() throws Exception {
    int port = startSidecar();
    RawResponse answer = askNginx(port);

    JsonNode request = lines(dir.resolve("access.log")).getFirst();
    assertThat(request.path("uri").asText()).isEqualTo("/api/fileserver/cold");
    String id = request.path("request_id").asText();
    assertThat(id).matches("[0-9a-f]{32}");
    assertThat(answer.headers("X-Request-Id")).containsExactly(id);
    assertThat(events(id))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.path("level").asText()).isEqualTo("WARN");
              assertThat(event.path("message").asText())
                  .startsWith("503 to GET /api/fileserver/cold: ");
            });
  }

  @Test
  void nginx_errorThatItFindsItself_bringsItsId() throws Exception {
    RawResponse answer = askNginx(FreePorts.one());

    JsonNode request = lines(dir.resolve("access.log")).getFirst();
    assertThat(answer.headers("X-Request-Id")).containsExactly(request.path("request_id").asText());
  }

  @Test
  void sidecar_unexpectedFailure_isOneEventWithItsStackTrace() throws Exception {
    int port = startSidecar();
    breakStore();

    RawResponse answer = api(port).put("odd%0A%22%5C%7B%C3%A9", "body", "X-Request-Id: odd.one_1");

    assertThat(answer.status()).isEqualTo(500);
    assertThat(events("odd.one_1"))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.path("level").asText()).isEqualTo("ERROR");
              assertThat(event.path("message").asText())
                  .isEqualTo("unexpected failure of PUT /api/fileserver/odd%0A%22%5C%7B%C3%A9");
              assertThat(event.path("exception").asText()).contains("Exception", "\n\tat ");
            });
  }

  @Test
  void sidecar_hostileId_isLeftOut() throws Exception {
    int port = startSidecar();
    breakStore();
    List<String> hostile =
        List.of(
            "a\"},{\"level\":\"ERROR", "\u00e9\u0085", "x".repeat(4_000), "${jndi:ldap://a}", "%d");
    for (int i = 0; i < hostile.size(); i++) {
      RawResponse answer = api(port).put("name-" + i, "body", "X-Request-Id: " + hostile.get(i));
      assertThat(answer.status()).as(hostile.get(i)).isEqualTo(500);
      assertThat(answer.headers("X-Request-Id")).as(hostile.get(i)).isEmpty();
    }

    List<JsonNode> failures =
        events().stream().filter(e -> e.path("level").asText().equals("ERROR")).toList();
    assertThat(failures)
        .hasSize(hostile.size())
        .allSatisfy(event -> assertThat(event.has("request_id")).isFalse());
  }

  @Test
  void up_saysInJsonWhatItSaysToPeople_andItsScoreboardHasTheSummary() throws Exception {
    int ports = FreePorts.inARow(4);
    Path summary =
        Files.writeString(
            dir.resolve("summary.json"),
            "{\"invalid_data\": 4, \"end\": \"9999-01-01T00:00:00Z\"}");
    ProcessBuilder up =
        Launcher.of(
            "up",
            "--pairs=1",
            "--data-dir=" + dir.resolve("data"),
            "--port=" + ports,
            "--sidecar-port=" + (ports + 1),
            "--file-server-port=" + (ports + 2),
            "--scoreboard-port=" + (ports + 3),
            "--scoreboard-summary=" + summary);
    up.environment().put("HOLDFAST_LOG_FORMAT", "json");
    process = up.start();
    BufferedReader out = process.inputReader(UTF_8);
    JsonNode event = event(out.readLine());
    while (!event.path("message").asText().startsWith("Holdfast is up: http://127.0.0.1:")) {
      event = event(out.readLine());
    }

    RawResponse board = api(ports + 3).ask("GET", "/board");
    assertThat(JSON.readTree(board.text()).path("invalid_data").asInt()).isEqualTo(4);

    process.toHandle().destroy(); // which leaves its streams open
    List<JsonNode> rest = out.lines().map(JsonLogTest::event).toList();
    assertThat(rest.getLast().path("message").asText()).isEqualTo("stopped");
  }

  @Test
  void fileServer_andLiveScoreboard_logJson() throws Exception {
    process = start(Launcher.of("fileserver", "--host=127.0.0.1", "--port=0", "--data-dir=" + dir));
    awaitEvent("file server on http://127.0.0.1:");
    stop();
    process =
        start(Launcher.of("scoreboard", "--live", "--port=0", "--log=" + dir.resolve("access")));
    awaitEvent("scoreboard of " + dir.resolve("access") + " on http://127.0.0.1:");
  }

  @Test
  void commandThatPrintsData_logsNothingAmongIt() throws Exception {
    Path log = Files.writeString(dir.resolve("access.log"), "");
    ProcessBuilder scoreboard = Launcher.of("scoreboard", "--json", "--log=" + log);
    scoreboard.environment().put("HOLDFAST_LOG_FORMAT", "json");
    scoreboard.environment().put("HOLDFAST_LOG_LEVEL", "TRACE");
    process = scoreboard.start();

    String out = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(JSON.readTree(out).path("requests").asInt(-1)).isZero();
  }

  @Test
  void formatThatThereIsNot_isRefused() throws Exception {
    ProcessBuilder fileServer = Launcher.of("fileserver", "--port=0", "--data-dir=" + dir);
    fileServer.environment().put("HOLDFAST_LOG_FORMAT", "xml");
    process = fileServer.start();

    assertThat(process.errorReader().lines())
        .containsExactly("holdfast fileserver: HOLDFAST_LOG_FORMAT: must be json or text, not xml");
    assertThat(process.waitFor()).isEqualTo(2);
  }

  @Test
  void text_isForPeople_andOnStandardError() throws Exception {
    ProcessBuilder fileServer =
        Launcher.of("fileserver", "--host=127.0.0.1", "--port=0", "--data-dir=" + dir);
    fileServer.environment().put("HOLDFAST_LOG_FORMAT", "text");
    process = fileServer.start();

    assertThat(process.errorReader().readLine())
        .contains(" INFO  FileServer [-] - file server on http://127.0.0.1:");
    process.toHandle().destroy(); // which leaves its streams open
    assertThat(process.inputReader().lines()).isEmpty();
  }

  /** Starts a sidecar in front of a file server that is down. Returns its port. */
  private int startSidecar() throws Exception {
    int port = FreePorts.one();
    String self = "127.0.0.1:" + port;
    process =
        start(
            Launcher.of(
                "sidecar",
                "--host=127.0.0.1",
                "--port=" + port,
                "--ring=" + self,
                "--self=" + self,
                "--origin=http://127.0.0.1:" + FreePorts.one(),
                "--staging-dir=" + dir,
                "--log-bytes-max=0",
                "--answer-within-ms=300"));
    awaitEvent("sidecar " + self + " is up on port " + port);
    Await.until("it is ready", () -> api(port).ask("GET", "/health").status() == 200);
    return port;
  }

  /** Breaks the store: from now on no body can be spooled. The write-ahead log would need none. */
  private void breakStore() throws IOException {
    try (Stream<Path> files = Files.walk(dir)) {
      Path incoming =
          files.filter(file -> file.getFileName().toString().equals("incoming")).findFirst().get();
      Files.delete(incoming);
    }
  }

  /** Sends a GET that cannot be answered through an nginx, which then stops and writes its log. */
  private RawResponse askNginx(int sidecarPort) throws IOException {
    Files.createDirectories(dir.resolve("published"));
    var config =
        NginxFixture.config(
            dir, FreePorts.one(), List.of("127.0.0.1:" + sidecarPort), NginxConfig.Limits.DEFAULT);
    try (var nginx = NginxProcess.start(NginxFixture.program(), dir.resolve("nginx"), config)) {
      RawResponse answer = api(nginx.port()).get("cold");
      assertThat(answer.status()).isEqualTo(503);
      return answer;
    }
  }

  private Process start(ProcessBuilder builder) throws IOException {
    return builder
        .redirectOutput(out().toFile())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private Path out() {
    return dir.resolve("out.log");
  }

  private void awaitEvent(String message) throws Exception {
    Await.until(
        message,
        () -> events().stream().anyMatch(e -> e.path("message").asText().startsWith(message)));
  }

  private List<JsonNode> events(String requestId) throws IOException {
    return events().stream()
        .filter(event -> event.path("request_id").asText().equals(requestId))
        .toList();
  }

  /** Returns all lines of the process, each of them an event. */
  private List<JsonNode> events() throws IOException {
    return lines(out()).stream().map(JsonLogTest::checked).toList();
  }

  private static List<JsonNode> lines(Path log) throws IOException {
    String text = Files.readString(log, UTF_8);
    var lines = new ArrayList<JsonNode>();
    // A line that is still being written is left out.
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  private static JsonNode event(String line) {
    try {
      return checked(JSON.readTree(line));
    } catch (IOException e) {
      throw new AssertionError(line, e);
    }
  }

  private static JsonNode checked(JsonNode event) {
    assertThat(event.isObject()).as("%s", event).isTrue();
    String time = event.path("time").asText();
    assertThat(time).endsWith("Z");
    assertThat(Instant.parse(time)).isBefore(Instant.now().plusSeconds(3600));
    assertThat(event.path("level").asText()).isIn("ERROR", "WARN", "INFO");
    assertThat(event.path("logger").asText()).isNotEmpty();
    assertThat(event.path("message").isTextual()).isTrue();
    assertThat(event.properties().stream().map(field -> field.getKey()))
        .isSubsetOf("time", "level", "logger", "thread", "message", "request_id", "exception");
    return event;
  }

  private static Api api(int port) {
    return new Api(URI.create("http://127.0.0.1:" + port));
  }
}
