package dev.holdfast.system.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.nginx.NginxConfig;
import dev.holdfast.service.NginxPart;
import dev.holdfast.sidecar.Epoch;
import dev.holdfast.system.HostedServices;
import dev.holdfast.system.Published;
import dev.holdfast.system.monitoring.Monitoring;
import dev.holdfast.system.nginx.NginxFixture;
import dev.holdfast.system.nginx.StubSidecar;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script that starts nginx in its container, run without a container. */
@Timeout(1_800)
final class StartNginxTest {
  private static final Path START = Path.of("..", "compose", "start-nginx");
  private static final Path ALLOY = Monitoring.DIRECTORY.resolve("config.alloy");
  private static final int LOG_BYTES_MAX = 10_000;
  private static final List<String> RING = List.of("127.0.0.1:1");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path dir;

  @Test
  void accessLog_isSetAsideAtItsBound_andNoLineIsLost() throws Exception {
    int port = FreePorts.one();
    Process nginx = start(port, Integer.toString(LOG_BYTES_MAX));
    try {
      Await.until("nginx answers", () -> answers(port));
      var asked = new ArrayList<String>();
      Path old = dir.resolve("logs/access.log.1");
      for (int i = 0; !Files.exists(old); i++) {
        asked.add("/name-" + i);
        NginxFixture.ask(port, "GET", asked.getLast());
        NginxFixture.ask(port, "GET", "/_idle"); // the health check does the same
      }
      asked.add("/last");
      NginxFixture.ask(port, "GET", "/last");
      Await.until("the last is logged", () -> logged(old).contains("/last"));

      assertThat(Files.size(old)).isGreaterThanOrEqualTo(LOG_BYTES_MAX);
      assertThat(logged(old)).isEqualTo(asked);
      Await.until("Docker gets it, too", () -> uris(dir.resolve("out")).contains("/last"));
      assertThat(uris(dir.resolve("out"))).containsAll(asked).doesNotContain("/_idle");
    } finally {
      stop(nginx);
    }
    assertThat(Files.readString(dir.resolve("errors"))).isEmpty();
  }

  /** With such a bound the log would never be set aside. */
  @ParameterizedTest
  @ValueSource(strings = {"32m", "0", "-1", "1e6", "9999999999999999"})
  void boundThatIsNone_isRefused(String bound) throws Exception {
    Process nginx = start(FreePorts.one(), bound);
    try {
      assertThat(nginx.waitFor(Patience.STEP_S, TimeUnit.SECONDS)).isTrue();
    } finally {
      stop(nginx);
    }
    assertThat(nginx.exitValue()).isEqualTo(64);
    assertThat(Files.readString(dir.resolve("errors")))
        .contains("HOLDFAST_NGINX_LOG_BYTES_MAX")
        .contains("'" + bound + "'");
  }

  /** nginx would go on answering for incomplete actions. */
  @ParameterizedTest
  @ValueSource(strings = {"TRUE", "yes", "1", " true", "true "})
  void actionsComplete_thatIsNeitherTrueNorFalse_isRefused(String value) throws Exception {
    Process nginx =
        start(
            FreePorts.one(),
            Integer.toString(LOG_BYTES_MAX),
            Map.of("HOLDFAST_AC_COMPLETE", value));
    try {
      assertThat(nginx.waitFor(Patience.STEP_S, TimeUnit.SECONDS)).isTrue();
    } finally {
      stop(nginx);
    }
    assertThat(nginx.exitValue()).isEqualTo(64);
    assertThat(Files.readString(dir.resolve("errors")))
        .contains("HOLDFAST_AC_COMPLETE")
        .contains("'" + value + "'");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void actionsComplete_leavesActionsToTheSidecars(boolean complete) throws Exception {
    int port = FreePorts.one();
    Process nginx =
        start(
            port,
            Integer.toString(LOG_BYTES_MAX),
            Map.of("HOLDFAST_AC_COMPLETE", Boolean.toString(complete)));
    try {
      Await.until("nginx answers", () -> answers(port));
      String action = "a".repeat(64);
      Path published = Files.createDirectories(Published.in(dir, RING));
      Files.writeString(published.resolve("ac-" + action), "an action");
      // There is no sidecar.
      assertThat(NginxFixture.ask(port, "GET", "/ac/" + action).status())
          .isEqualTo(complete ? 503 : 200);
    } finally {
      stop(nginx);
    }
  }

  /** In the host's network nobody publishes another port. */
  @Test
  void listensOnThePortThatItIsGiven() throws Exception {
    int port = FreePorts.one();
    Process nginx =
        start(
            FreePorts.one(),
            Integer.toString(LOG_BYTES_MAX),
            Map.of("HOLDFAST_NGINX_LISTEN_PORT", Integer.toString(port)));
    try {
      Await.until("nginx answers", () -> answers(port));
      assertThat(dir.resolve("run/listen.conf"))
          .hasContent("listen 127.0.0.1:" + port + " default_server backlog=4096;");
    } finally {
      stop(nginx);
    }
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1, proxy", "172.28.80.1, ''", "'', ''"})
  void connectionsOfDockersProxy_areMarkedInTheLog(String proxy, String via) throws Exception {
    int port = FreePorts.one();
    Process nginx =
        start(port, Integer.toString(LOG_BYTES_MAX), Map.of("HOLDFAST_NGINX_PROXY", proxy));
    try {
      Await.until("nginx answers", () -> answers(port));
      NginxFixture.ask(port, "GET", "/last");
      Path log = dir.resolve("logs/access.log");
      Await.until("the last is logged", () -> logged(log).contains("/last"));
      for (String line : Files.readAllLines(log)) {
        assertThat(JSON.readTree(line).path("via").asText("none")).isEqualTo(via);
      }
    } finally {
      stop(nginx);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HOLDFAST_NGINX_LISTEN_PORT, 0",
    "HOLDFAST_NGINX_LISTEN_PORT, 65536",
    "HOLDFAST_NGINX_LISTEN_PORT, 08080",
    "HOLDFAST_NGINX_LISTEN_PORT, 127.0.0.1:80",
    "HOLDFAST_NGINX_PROXY, proxy",
    "HOLDFAST_NGINX_PROXY, 172.28.80",
    "HOLDFAST_NGINX_PROXY, '1.1.1.1 x; } # '"
  })
  void portOrProxyThatIsNone_isRefused(String variable, String value) throws Exception {
    Process nginx =
        start(FreePorts.one(), Integer.toString(LOG_BYTES_MAX), Map.of(variable, value));
    try {
      assertThat(nginx.waitFor(Patience.STEP_S, TimeUnit.SECONDS)).isTrue();
    } finally {
      stop(nginx);
    }
    assertThat(nginx.exitValue()).isEqualTo(64);
    assertThat(Files.readString(dir.resolve("errors")))
        .contains(variable)
        .contains("'" + value + "'");
  }

  /**
   * The sidecars compute the same name, so nginx finds each published file as soon as it is there.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 64})
  void publishedFiles_areThoseOfThisBootAndRing(int sidecars) throws Exception {
    int port = FreePorts.one();
    List<String> ring = IntStream.rangeClosed(1, sidecars).mapToObj(i -> "127.0.0.1:" + i).toList();
    Process nginx =
        start(
            port, Integer.toString(LOG_BYTES_MAX), Map.of("HOLDFAST_RING", String.join(",", ring)));
    try {
      Await.until("nginx answers", () -> answers(port));
      publish(Published.in(dir, ring).resolve("here"));
      publish(Published.in(dir, ring.reversed()).resolve("ring"));
      publish(Epoch.published(dir, Epoch.of("another-boot", ring)).resolve("boot"));
      publish(dir.resolve("published/version"));

      assertThat(NginxFixture.ask(port, "GET", NginxFixture.PREFIX + "here").status())
          .isEqualTo(200);
      for (String name : List.of("boot", "version")) {
        assertThat(NginxFixture.ask(port, "GET", NginxFixture.PREFIX + name).status())
            .as(name)
            .isEqualTo(503);
      }
      assertThat(NginxFixture.ask(port, "GET", NginxFixture.PREFIX + "ring").status())
          .isEqualTo(sidecars == 1 ? 200 : 503);
    } finally {
      stop(nginx);
    }
  }

  @Test
  void publishedFiles_areThoseOfTheBootThatTheEnvironmentNames() throws Exception {
    int port = FreePorts.one();
    Process nginx =
        start(port, Integer.toString(LOG_BYTES_MAX), Map.of("HOLDFAST_BOOT_ID", "boot-1"));
    try {
      Await.until("nginx answers", () -> answers(port));
      publish(Epoch.published(dir, Epoch.of("boot-1", RING)).resolve("here"));
      assertThat(NginxFixture.ask(port, "GET", NginxFixture.PREFIX + "here").status())
          .isEqualTo(200);
    } finally {
      stop(nginx);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "..", "a b", "$uri"})
  void bootThatNoDirectoryCanBeCalledBy_isRefused(String boot) throws Exception {
    Process nginx =
        start(FreePorts.one(), Integer.toString(LOG_BYTES_MAX), Map.of("HOLDFAST_BOOT_ID", boot));
    try {
      assertThat(nginx.waitFor(Patience.STEP_S, TimeUnit.SECONDS)).isTrue();
    } finally {
      stop(nginx);
    }
    assertThat(nginx.exitValue()).isEqualTo(64);
    assertThat(Files.readString(dir.resolve("errors"))).contains("HOLDFAST_BOOT_ID");
  }

  /**
   * The script and Java write the same files, apart from that of the log. nginx takes the script's
   * configuration with any services of the image.
   */
  @ParameterizedTest
  @CsvSource({
    "1, false, false",
    "1, true, true",
    "3, true, false",
    "3, false, true",
    "64, false, true"
  })
  void configuration_isThatOfJava_andNginxTakesIt(
      int sidecars, boolean actionsComplete, boolean services) throws Exception {
    Files.createDirectory(dir.resolve("run"));
    Files.createDirectory(dir.resolve("logs"));
    List<NginxPart> parts = services ? HostedServices.NGINX : List.of();
    List<String> ring = IntStream.rangeClosed(1, sidecars).mapToObj(i -> "127.0.0.1:" + i).toList();
    config(8080, List.of("ring:1"), Path.of("/image"), false, parts)
        .files()
        .writeTo(dir.resolve("image"));
    config(8080, ring, Epoch.published(dir, Epoch.of("boot-1", ring)), actionsComplete, parts)
        .files()
        .writeTo(dir.resolve("java"));

    Process test =
        startScript(
            "1000",
            Map.of(
                "HOLDFAST_RING",
                String.join(",", ring),
                "HOLDFAST_BOOT_ID",
                "boot-1",
                "HOLDFAST_AC_COMPLETE",
                Boolean.toString(actionsComplete)),
            NginxFixture.program() + " -t");
    try {
      assertThat(test.waitFor(Patience.STEP_S, TimeUnit.SECONDS)).isTrue();
    } finally {
      stop(test);
    }
    assertThat(test.exitValue()).as(Files.readString(dir.resolve("errors"))).isZero();
    Map<String, String> written = texts(dir.resolve("run"));
    Map<String, String> expected = texts(dir.resolve("java"));
    assertThat(written.remove("log.conf")).contains(expected.remove("log.conf").strip());
    assertThat(written).isEqualTo(expected);
  }

  /** Returns the text of each file of nginx's language, by its path in a directory. */
  private static Map<String, String> texts(Path directory) throws IOException {
    var texts = new TreeMap<String, String>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".conf")).toList()) {
        texts.put(directory.relativize(file).toString(), Files.readString(file));
      }
    }
    return texts;
  }

  private static void publish(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "published");
  }

  /** Loki gets the lines of failed and of slow requests from the access log. */
  @Test
  void shipper_dropsWhatWentWell() throws Exception {
    Matcher expression =
        Pattern.compile("stage\\.drop \\{\\s+expression +=\\s+`([^`]+)`")
            .matcher(Files.readString(ALLOY));
    assertThat(expression.find()).isTrue();
    Pattern dropped = Pattern.compile(expression.group(1));
    List<JsonNode> lines;
    try (NginxFixture nginx = NginxFixture.start(dir, 1)) {
      nginx.publish("name", "x", 1);
      nginx.ask("GET", NginxFixture.PREFIX + "name?\"status\":200,\"bytes_sent\":1");
      nginx.sidecar().on(StubSidecar.answering("503 Service Unavailable", ""));
      nginx.ask(
          "GET", NginxFixture.PREFIX + "\"status\":200,\"bytes_sent\":1,\"request_time_s\":0.");
      lines = nginx.stopAndReadLog();
    }
    assertThat(lines).hasSize(2);
    List<String> written = Files.readAllLines(dir.resolve("access.log"));
    assertThat(dropped.matcher(written.getFirst()).find()).isTrue();
    assertThat(dropped.matcher(written.getLast()).find()).isFalse();
    String slow = written.getFirst().replaceFirst("\"request_time_s\":0", "\"request_time_s\":1");
    assertThat(dropped.matcher(slow).find()).isFalse();
  }

  private static boolean answers(int port) {
    try {
      RawResponse answer = NginxFixture.ask(port, "GET", "/_idle");
      return answer.status() == 204;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Returns the lines of the log and of the one before it. */
  private List<String> logged(Path old) throws IOException {
    var logged = new ArrayList<>(uris(old));
    logged.addAll(uris(dir.resolve("logs/access.log")));
    return logged;
  }

  private static List<String> uris(Path log) throws IOException {
    if (!Files.exists(log)) {
      return List.of();
    }
    String text = Files.readString(log);
    var uris = new ArrayList<String>();
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
      uris.add(JSON.readTree(line).path("uri").asText());
    }
    return uris;
  }

  /** Starts the script with its paths in this test's directory. It looks at the log often. */
  private Process start(int port, String logBytesMax) throws IOException {
    return start(port, logBytesMax, Map.of());
  }

  private Process start(int port, String logBytesMax, Map<String, String> more) throws IOException {
    for (String made : new String[] {"run", "logs"}) {
      Files.createDirectory(dir.resolve(made));
    }
    List<String> ring = List.of("ring:1");
    // The configuration is that of the Dockerfile.
    config(port, ring, Epoch.published(dir, Epoch.of("image", ring)), false, HostedServices.NGINX)
        .files()
        .writeTo(dir.resolve("image"));
    return startScript(logBytesMax, more, NginxFixture.program().toString());
  }

  private static NginxConfig config(
      int port, List<String> ring, Path published, boolean actionsComplete, List<NginxPart> parts) {
    return new NginxConfig(
        new NginxConfig.Listen("127.0.0.1", port),
        ring,
        published,
        new NginxConfig.Logs(Path.of("/dev/stdout"), NginxConfig.Logs.STDERR),
        NginxFixture.workers(),
        NginxConfig.Limits.DEFAULT,
        actionsComplete,
        parts);
  }

  private Process startScript(String logBytesMax, Map<String, String> more, String nginx)
      throws IOException {
    String script = Files.readString(START);
    for (String[] change :
        new String[][] {
          {"/opt/holdfast/nginx/.", dir.resolve("image") + "/."},
          {"/run/holdfast", dir.resolve("run").toString()},
          {"=/staging/", "=" + dir + "/"},
          {"sleep 5", "sleep 0.1"},
          {"exec nginx", "exec " + nginx}
        }) {
      assertThat(script).contains(change[0]);
      script = script.replace(change[0], change[1]);
    }
    var builder =
        new ProcessBuilder("bash", Files.writeString(dir.resolve("start"), script).toString())
            .redirectOutput(dir.resolve("out").toFile())
            .redirectError(dir.resolve("errors").toFile());
    builder.environment().put("HOLDFAST_RING", String.join(",", RING));
    builder.environment().put("HOLDFAST_NGINX_LOG_DIR", dir.resolve("logs").toString());
    builder.environment().put("HOLDFAST_NGINX_LOG_BYTES_MAX", logBytesMax);
    builder.environment().putAll(more);
    return builder.start();
  }

  private static void stop(Process nginx) throws InterruptedException {
    nginx.destroy();
    if (!nginx.waitFor(Patience.STEP_S, TimeUnit.SECONDS)) {
      nginx.destroyForcibly();
    }
  }
}
