package dev.holdfast.system.compose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.names.BadNameException;
import dev.holdfast.names.Name;
import dev.holdfast.system.Api;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Bodies;
import dev.holdfast.testkit.HostileTraffic;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import dev.holdfast.testkit.TrafficReport;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The stack of the Compose file, with the real limits. Any part may go, and nothing is lost. */
@Tag("compose")
final class ComposeTest {
  private static final long SECONDS = Long.getLong("holdfast.compose.seconds", 15);
  private static final int LARGE_BYTES = 200 * 1000 * 1000;

  /** The pair that is disturbed, counted from 0. */
  private static final int DISTURBED = 1;

  private static final Duration PAUSE = Duration.ofSeconds(20);
  private static final Duration STARVED = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static ComposeStack stack;

  @TempDir static Path summaryDir;

  private String since;

  /** A disturbance of the stack, with its end if it does not end by itself. */
  enum Disturbance {
    SIDECAR_KILLED {
      @Override
      void happen() {
        stack.kill("sidecar-2");
      }
    },
    FILE_SERVER_KILLED {
      @Override
      void happen() {
        stack.kill("fileserver-2");
      }
    },
    NGINX_KILLED {
      @Override
      void happen() {
        stack.kill("nginx");
      }
    },
    FILE_SERVER_PAUSED {
      @Override
      void happen() throws InterruptedException {
        stack.pause("fileserver-2");
        boolean _ = new CountDownLatch(1).await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
      }

      @Override
      void end() {
        stack.unpause("fileserver-2");
      }
    },
    STACK_STOPPED_AND_STARTED {
      @Override
      void happen() {
        stack.compose("stop");
      }

      @Override
      void end() {
        stack.compose("start");
      }
    };

    abstract void happen() throws InterruptedException;

    void end() {}
  }

  @BeforeAll
  static void up() throws Exception {
    Files.setPosixFilePermissions(summaryDir, PosixFilePermissions.fromString("rwxr-xr-x"));
    stack = ComposeStack.up(summaryDir);
    System.out.printf(
        "compose: first 201 and 200 after %d ms%n", stack.untilFirstAnswers().toMillis());
  }

  @AfterAll
  static void down() {
    if (stack != null) {
      stack.close();
    }
  }

  @BeforeEach
  void note() {
    since = Instant.now().toString();
  }

  @AfterEach
  void noContainerRanOutOfMemory() {
    assertThat(stack.outOfMemory(since)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void traffic(Disturbance disturbance) throws Exception {
    String prefix = disturbance.name().replace('_', '-');
    Bodies.Id large = Bodies.id(prefix + "-large", 0, 0, LARGE_BYTES);
    try (InputStream body = Bodies.stream(large)) {
      HttpResponse<byte[]> written = stack.facts().put(large.name(), LARGE_BYTES, body);
      assertThat(written.statusCode()).isEqualTo(201);
    }
    var backMs = new AtomicLong(-1);
    TrafficReport report =
        HostileTraffic.against(stack.facts().files())
            .names(
                IntStream.range(0, 60)
                    .mapToObj(i -> prefix + (i % 6 == 0 ? " " : "-") + i)
                    .toList())
            .clients(16)
            .weights(1, 75, 1)
            .bodyBytes(1_000, 1_000_000)
            .evenly()
            .lasting(Duration.ofSeconds(SECONDS))
            .untilAnswered(10, 750, 10)
            .until(() -> backMs.get() >= 0)
            .every(
                Duration.ofSeconds(5),
                () -> {
                  if (backMs.get() < 0) {
                    backMs.set(disturb(disturbance));
                  }
                })
            .run();
    System.out.printf(
        "compose: %s, back after %d ms%n%s", disturbance, backMs.get(), stack.memory());
    assertThat(report.violations()).as("%s", report).isEmpty();
    assertThat(report.corruptBodies()).as("%s", report).isZero();
    if (disturbance == Disturbance.SIDECAR_KILLED) {
      assertThat(ownersOfFailures()).containsOnly(DISTURBED);
    }
    assertWhole(large);
    assertThat(stack.facts().delete(large.name()).statusCode()).isEqualTo(200);
  }

  @Test
  void sequence_goesOnWhenItsOwnerIsKilled() throws Exception {
    var front = new Api(stack.facts().front());
    Await.until("the sequence is there", () -> front.ask("GET", "/health").status() == 200);
    front.ask("GET", "/next");
    for (int kill = 0; kill < 2; kill++) {
      BigInteger last = number(front.ask("GET", "/next"));
      BigInteger before = number(front.ask("GET", "/previous"));
      stack.kill("sidecar-" + (stack.ownerOfSequence() + 1));
      Await.until("the sequence is back", () -> front.ask("GET", "/health").status() == 200);
      assertThat(number(front.ask("GET", "/current"))).isEqualTo(last);
      assertThat(number(front.ask("GET", "/next"))).isEqualTo(before.add(last));
    }
  }

  /** With another number of pairs any sidecar may get the sequence, and then has to read it. */
  @Test
  void position_canBeReadByTheOtherSidecars() {
    int owner = stack.ownerOfSequence();
    String reader = "sidecar-" + ((owner + 1) % ComposeStack.PAIRS + 1);
    String directory = "/staging/sidecar-" + (owner + 1) + "/fibonacci";
    assertThat(stack.shell(reader, "cat " + directory + "/position-*")).endsWith("\n0\n");
    assertRefused(reader, "touch " + directory + "/x");
  }

  private static BigInteger number(RawResponse answer) {
    assertThat(answer.status()).isEqualTo(200);
    return new BigInteger(answer.text().replaceAll("[^0-9]", ""));
  }

  /**
   * Both hang at once, since neither checks the other. It happens twice, since a state that a
   * container keeps over its restart could prevent the second restart.
   */
  @RepeatedTest(2)
  void whatHangsIsRestarted() throws Exception {
    var restarts = new LinkedHashMap<String, Integer>();
    for (String service : List.of("sidecar-2", "nginx")) {
      // A container that has never answered is still starting, and is not killed for that.
      Await.until(service + " has answered its health check", () -> stack.isHealthy(service));
      restarts.put(service, stack.restarts(service));
    }
    long startedNs = System.nanoTime();
    restarts.keySet().forEach(stack::hang);
    for (Map.Entry<String, Integer> before : restarts.entrySet()) {
      String service = before.getKey();
      Await.until(service + " is restarted", () -> stack.restarts(service) > before.getValue());
    }
    stack.awaitBack(DISTURBED);
    System.out.printf(
        "compose: %s hung, back after %d ms%n",
        restarts.keySet(), Duration.ofNanos(System.nanoTime() - startedNs).toMillis());
  }

  /** A health check that gets no answer in time may have met a process that is only slow. */
  @Test
  void whatIsShortOfCpu_isNotRestarted() throws Exception {
    for (String service : stack.services()) {
      Await.until(service + " has answered its health check", () -> stack.isHealthy(service));
    }
    List<String> restarts = stack.inspect("{{.Name}} {{.RestartCount}} {{.State.StartedAt}}");
    stack.starve();
    try {
      boolean _ = new CountDownLatch(1).await(STARVED.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      stack.feed();
    }
    for (int i = 0; i < ComposeStack.PAIRS; i++) {
      stack.awaitBack(i);
    }
    System.out.printf(
        "compose: health checks while short of CPU: %s%n",
        stack.inspect("{{range .State.Health.Log}}{{.ExitCode}} {{end}}"));
    assertThat(stack.inspect("{{.Name}} {{.RestartCount}} {{.State.StartedAt}}"))
        .isEqualTo(restarts);
  }

  @Test
  void eachWritesOnlyItsOwnPart() {
    for (String dir : List.of("", "/writes", "/incoming")) {
      assertRefused("sidecar-1", "touch /staging/sidecar-2" + dir + "/x");
      assertRefused("nginx", "touch /staging/sidecar-2" + dir + "/x");
    }
    assertRefused("sidecar-1", "mv /staging/sidecar-2 /staging/gone");
    assertRefused("sidecar-1", "echo x >> /staging/sidecar-2/epoch");
    assertRefused("nginx", "touch /staging/published/x");
    assertRefused("scoreboard", "touch /logs/x");
    assertRefused("nginx", "cd /staging/published/*+* && rm -f first");
    for (String dir : List.of("published", "published/*+*", "published/*+*/.cold")) {
      String there = "cd /staging/" + dir + " && ";
      assertThat(stack.shell("sidecar-1", there + "touch x && rm x")).isEqualTo("0\n");
      assertRefused("nginx", there + "touch x");
    }
  }

  @Test
  void scoreboard_showsWhatIsAskedOfNginx() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      Await.until("the page is there", () -> board(client, "").contains("<html"));
      Await.until("it has a state", () -> board(client, "board").startsWith("{"));
      int before = JSON.readTree(board(client, "board")).at("/summary/statuses/2xx").asInt();
      for (int i = 0; i < 20; i++) {
        assertThat(stack.facts().get("first").statusCode()).isEqualTo(200);
      }
      Await.until(
          "it counts them",
          () ->
              JSON.readTree(board(client, "board")).at("/summary/statuses/2xx").asInt()
                  >= before + 20);
      assertThat(JSON.readTree(board(client, "board")).get("sidecars")).hasSize(ComposeStack.PAIRS);
      assertThat(board(client, "metrics")).contains("holdfast_nginx_requests_total{");
      Files.writeString(
          summaryDir.resolve("summary.json"),
          "{\"invalid_data\":7,\"end\":\"9999-01-01T00:00:00Z\"}");
      Await.until(
          "it shows wrong data",
          () -> JSON.readTree(board(client, "board")).path("invalid_data").asInt() == 7);
    }
  }

  /** Returns an answer of the scoreboard, or its fault. */
  private static String board(HttpClient client, String path) throws InterruptedException {
    try {
      var request = HttpRequest.newBuilder(stack.scoreboard().resolve(path)).build();
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      return answer.statusCode() == 200 ? answer.body() : "status " + answer.statusCode();
    } catch (IOException notYet) {
      return notYet.toString();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nginx", "sidecar-1", "fileserver-1", "scoreboard"})
  void noPrivileges(String service) {
    assertThat(stack.shell(service, "id -u")).doesNotStartWith("0\n");
    assertThat(stack.shell(service, "grep CapBnd /proc/self/status")).contains("0000000000000000");
    assertThat(stack.shell(service, "grep NoNewPrivs /proc/self/status")).contains("1");
    assertRefused(service, "touch /opt/holdfast/x");
    assertRefused(service, "touch /x");
  }

  @Test
  void counters_countTogether_alsoAfterAKill() throws Exception {
    List<String> actors =
        IntStream.rangeClosed(1, ComposeStack.COUNTERS).mapToObj(i -> "counters-" + i).toList();
    var up = new ArrayList<>(List.of("--profile", "counters", "up", "-d"));
    up.addAll(actors);
    stack.compose(up.toArray(String[]::new));
    try {
      List<Api> all = stack.counters().stream().map(Api::new).toList();
      for (Api one : all) {
        Await.until("it counts", () -> status(one, "/health") == 200);
      }
      String list = JSON.writeValueAsString(Map.of("actors", actors));
      assertThat(post(all.getFirst(), "/config", list)).isEqualTo(200);
      for (int i = 0; i < all.size(); i++) {
        assertThat(post(all.get(i), "/counter/x", Integer.toString(1 << i))).isEqualTo(200);
      }
      stack.kill(actors.getLast());
      for (Api one : all) {
        Await.until("it is back", () -> status(one, "/counter/x/consistent_value") == 200);
        assertThat(one.ask("GET", "/counter/x/consistent_value").text()).isEqualTo("31");
      }
    } finally {
      var remove = new ArrayList<>(List.of("--profile", "counters", "rm", "-fsv"));
      remove.addAll(actors);
      stack.compose(remove.toArray(String[]::new));
    }
  }

  @Test
  void watch_checksTheFront_andStoresAlsoAfterItsDatabaseWasKilled() throws Exception {
    stack.compose("--profile", "watcher", "up", "-d", "watch");
    try {
      var watch = new Api(stack.watch());
      Await.until("it has its list", () -> status(watch, "/health") == 200);
      String list =
          "{defaults: {interval: 5s}, endpoints: [{id: front, url: \"http://%s.10:8080%sfirst\"}]}"
              .formatted(ComposeStack.NET, Api.PATH);
      assertThat(stack.shell("watch", "echo '" + list + "' | /opt/holdfast/start watch apply -"))
          .contains("+ front")
          .endsWith("\n0\n");
      Await.until("its results are stored", () -> written(watch) > 3);
      stack.kill("watch-db");
      long before = written(watch);
      Await.until("results are stored again", () -> written(watch) > before + 3);
      assertThat(watch.ask("GET", "/status").text())
          .contains("\"up\"")
          .contains(
              System.getProperty("os.arch").equals("amd64")
                  ? "AmazonCorrettoCryptoProvider"
                  : "SunEC");
    } finally {
      stack.compose("--profile", "watcher", "rm", "-fsv", "watch", "watch-db");
    }
  }

  private static long written(Api watch) throws IOException {
    return JSON.readTree(watch.ask("GET", "/status").text()).at("/database/written").asLong();
  }

  private static int status(Api at, String target) {
    try {
      return at.ask("GET", target).status();
    } catch (IOException notYet) {
      return 0;
    }
  }

  private static int post(Api at, String target, String body) throws IOException {
    try (RawHttp http = at.connect()) {
      return http.request("POST", target, "Content-Length: " + body.length())
          .bytes(body.getBytes(UTF_8))
          .finalResponse()
          .status();
    }
  }

  private static void assertRefused(String service, String command) {
    assertThat(stack.shell(service, command)).as("%s: %s", service, command).endsWith("\n1\n");
  }

  /**
   * Disturbs the stack. Returns the time from the end of the disturbance until all is back, in
   * milliseconds.
   */
  private static long disturb(Disturbance disturbance) {
    try {
      disturbance.happen();
      long endedNs = System.nanoTime();
      disturbance.end();
      for (int i = 0; i < ComposeStack.PAIRS; i++) {
        stack.awaitBack(i);
      }
      return Duration.ofNanos(System.nanoTime() - endedNs).toMillis();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (Exception e) {
      throw new IllegalStateException(disturbance.name(), e);
    }
  }

  /** Returns the owners of the names that were answered with an error of the server. */
  private List<Integer> ownersOfFailures() throws IOException {
    return stack.log("nginx", since).stream()
        .filter(line -> line.startsWith("{"))
        .map(ComposeTest::read)
        .filter(entry -> entry.get("status").asInt() >= 500)
        .map(ComposeTest::ownerOf)
        .toList();
  }

  private static JsonNode read(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new IllegalStateException(line, e);
    }
  }

  private static int ownerOf(JsonNode entry) {
    try {
      String encoded = entry.get("uri").asText().substring(Name.PATH.length());
      return stack.ownerOf(Name.parse(encoded).toString());
    } catch (BadNameException e) {
      throw new IllegalStateException(entry.toString(), e);
    }
  }

  private static void assertWhole(Bodies.Id id) throws IOException, InterruptedException {
    HttpResponse<InputStream> read = stack.facts().getStream(id.name());
    try (InputStream body = read.body()) {
      assertThat(read.statusCode()).isEqualTo(200);
      assertThat(Bodies.identify(id.name(), body)).isEqualTo(id);
    }
  }
}
