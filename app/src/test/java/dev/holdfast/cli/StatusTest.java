package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.files.FilesConfig;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.FileServer;
import dev.holdfast.fileserver.FileServerConfig;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.http.HttpLimits;
import dev.holdfast.origin.OriginConfig;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a sidecar says of itself, and how it is asked to settle, on its own port. */
final class StatusTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;
  private FileServer standIn;
  private SidecarConfig config;
  private Sidecar sidecar;
  private Api api;

  @BeforeEach
  void start() throws Exception {
    standIn = FileServer.start(FileServerConfig.real(directory.resolve("files")).withLatencyMs(10));
    List<Integer> ports = FreePorts.take(1);
    String self = "127.0.0.1:" + ports.getFirst();
    FilesConfig d = TrafficStack.files(Mode.BEHIND, 0);
    config =
        new SidecarConfig(
            "127.0.0.1",
            ports.getFirst(),
            List.of(self),
            self,
            directory.resolve("staging"),
            OriginConfig.of(standIn.uri()),
            StagingLimits.DEFAULT,
            new FilesConfig(
                Mode.BEHIND,
                d.bodyBytesMax(),
                d.answerWithinMs(),
                d.fetchesMax(),
                d.knownEntriesMax(),
                d.absentTtlMs(),
                d.cleanTtlMs(),
                10,
                50,
                0),
            HttpLimits.DEFAULT);
    sidecar = Sidecar.start(config);
    api = new Api(URI.create("http://" + self));
  }

  @AfterEach
  void stop() {
    sidecar.close();
    standIn.close();
  }

  @Test
  void status_ofASidecarThatHasDoneNothing() throws Exception {
    JsonNode status = status();
    var keys = new ArrayList<String>();
    status.fieldNames().forEachRemaining(keys::add);
    assertThat(keys)
        .containsExactly(
            "mode",
            "pendingCount",
            "pendingBytes",
            "oldestPendingMs",
            "coalescedCount",
            "settledCount",
            "settleFailures",
            "refused",
            "origin",
            "recovered");
    assertThat(status.get("mode").asText()).isEqualTo("behind");
    for (String count :
        List.of(
            "pendingCount", "pendingBytes", "oldestPendingMs", "coalescedCount", "settledCount")) {
      assertThat(status.get(count).isIntegralNumber()).as(count).isTrue();
      assertThat(status.get(count).asLong()).as(count).isZero();
    }
    assertThat(status.get("settleFailures")).isEqualTo(JSON.readTree("{}"));
    assertThat(status.get("refused")).isEqualTo(JSON.readTree("{}"));
    assertThat(status.get("origin"))
        .isEqualTo(JSON.readTree("{\"word\": \"unknown\", \"detail\": \"\"}"));
    assertThat(status.get("recovered")).isEqualTo(recovered(0, 0, 0, 0, true));
  }

  @Test
  void status_whileWritesArePending() throws Exception {
    standIn.troubles().start(Trouble.HANG);
    api.given("a", "12345");
    Await.until("it is being settled", () -> standIn.troubles().held() == 1);
    api.given("a", "123"); // replaces it, but the request of the first goes on
    api.given("b%2Fc", "1234567");
    assertThat(api.delete("d").status()).isEqualTo(200);
    JsonNode early = status();
    assertThat(early.get("pendingCount").asInt()).isEqualTo(3);
    assertThat(early.get("pendingBytes").asInt()).isEqualTo(10);
    assertThat(early.get("coalescedCount").asInt()).isEqualTo(1);
    assertThat(early.get("settledCount").asInt()).isZero();
    long oldestMs = early.get("oldestPendingMs").asLong();
    Await.until("time passes", () -> status().get("oldestPendingMs").asLong() > oldestMs);

    standIn.troubles().stopAll();
    assertSettles();
    JsonNode late = status();
    for (String count : List.of("pendingCount", "pendingBytes", "oldestPendingMs")) {
      assertThat(late.get(count).asLong()).as(count).isZero();
    }
    assertThat(late.get("settledCount").asInt()).as("a twice, b/c and d").isEqualTo(4);
    assertThat(late.at("/origin/word").asText()).isEqualTo("up");
  }

  @ParameterizedTest
  @CsvSource({"ANSWER_429, busy, busy", "ANSWER_500, failing, nonsense"})
  void status_whileTheOriginRefuses(Trouble trouble, String word, String kind) throws Exception {
    standIn.troubles().start(trouble);
    api.given("a%2Fb", "1");
    Await.until("it is refused", () -> status().get("refused").has("~a~2Fb"));
    JsonNode refused = status();
    assertThat(refused.get("refused").get("~a~2Fb").asText()).isNotBlank();
    assertThat(refused.get("settleFailures").get(kind).asInt()).isGreaterThanOrEqualTo(3);
    assertThat(refused.at("/origin/word").asText()).isEqualTo(word);
    assertThat(refused.at("/origin/detail").asText()).isNotBlank();
    assertThat(api.get("a%2Fb").text()).as("it is served all the same").isEqualTo("1");

    standIn.troubles().stopAll();
    assertSettles();
    assertThat(status().get("refused")).isEmpty();
    assertThat(status().get("origin"))
        .isEqualTo(JSON.readTree("{\"word\": \"up\", \"detail\": \"\"}"));
  }

  @Test
  void status_whileTheOriginIsDown() throws Exception {
    standIn.close();
    api.given("a", "1");
    Await.until("it was tried", () -> status().get("settleFailures").has("not_sent"));
    assertThat(status().at("/origin/word").asText()).isEqualTo("down");
    assertThat(status().get("pendingCount").asInt()).isEqualTo(1);
  }

  @Test
  void status_afterAStart() throws Exception {
    api.given("settled", "1");
    assertSettles();
    standIn.troubles().start(Trouble.ANSWER_429);
    api.given("a", "1");
    api.given("b", "2");
    assertThat(api.delete("c").status()).isEqualTo(200);
    sidecar.close();

    sidecar = Sidecar.start(config);
    JsonNode status = status();
    assertThat(status.get("recovered").get("putsPending").asInt()).isEqualTo(2);
    assertThat(status.get("recovered").get("deletesPending").asInt()).isEqualTo(1);
    assertThat(status.get("recovered").get("published").asInt()).isEqualTo(1);
    assertThat(status.get("recovered").get("dropped").asInt()).isZero();
    assertThat(status.get("pendingCount").asInt()).isEqualTo(3);
    assertThat(status.get("settledCount").asInt()).isZero();
  }

  @Test
  void settle_saysWhatIsLeft() throws Exception {
    standIn.troubles().start(Trouble.ANSWER_429);
    api.given("b%2Fc", "1");
    api.given("a", "1");
    RawResponse answer = api.ask("POST", "/settle?waitMs=0");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(Api.only(answer, "Content-Type")).isEqualTo("application/json");
    assertThat(JSON.readTree(answer.text()))
        .isEqualTo(
            JSON.readTree("{\"settled\": false, \"leftCount\": 2, \"left\": [\"a\", \"~b~2Fc\"]}"));
    standIn.troubles().stopAll();
    assertSettles();
    assertThat(directory.resolve("files").resolve("a")).hasContent("1");
    assertThat(directory.resolve("files").resolve("~b~2Fc")).hasContent("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "-1", "3600001", "", "1.5", "99999999999999999999"})
  void settle_badWaitMs(String waitMs) throws Exception {
    assertThat(Api.problem(api.ask("POST", "/settle?waitMs=" + waitMs), 400)).contains("waitMs");
  }

  @Test
  void throughNginx() throws Exception {
    try (StackFixture stack = StackFixture.start(StackFixture.Setup.DEFAULT.withPairs(1))) {
      assertThat(new Api(stack.sidecar(0)).ask("GET", "/status").status()).isEqualTo(200);
      var front = new Api(stack.nginx());
      assertThat(front.ask("GET", "/status").status()).isEqualTo(404);
      assertThat(front.ask("POST", "/settle", "Content-Length: 0").status()).isEqualTo(404);
    }
  }

  private JsonNode status() throws IOException {
    RawResponse answer = api.ask("GET", "/status");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(Api.only(answer, "Content-Type")).isEqualTo("application/json");
    assertThat(Api.only(answer, "Cache-Control")).isEqualTo("no-store");
    return JSON.readTree(answer.text());
  }

  private void assertSettles() throws IOException {
    RawResponse answer = api.ask("POST", "/settle");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(JSON.readTree(answer.text()))
        .isEqualTo(JSON.readTree("{\"settled\": true, \"leftCount\": 0, \"left\": []}"));
  }

  private static JsonNode recovered(
      int puts, int deletes, int published, int dropped, boolean clean) {
    return JSON.createObjectNode()
        .put("putsPending", puts)
        .put("deletesPending", deletes)
        .put("published", published)
        .put("dropped", dropped)
        .put("clean", clean);
  }
}
