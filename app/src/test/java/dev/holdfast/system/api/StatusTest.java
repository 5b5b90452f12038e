package dev.holdfast.system.api;

import static dev.holdfast.system.Api.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.system.Api;
import dev.holdfast.system.SidecarFixture;
import dev.holdfast.system.StackFixture;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
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

/** A sidecar's status and the request to settle, on its own port. */
final class StatusTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;
  private SidecarFixture f;

  @BeforeEach
  void start() throws Exception {
    f = SidecarFixture.start(directory);
  }

  @AfterEach
  void stop() {
    f.close();
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
            "keptCount",
            "keptBytes",
            "coalescedCount",
            "settledCount",
            "settleFailures",
            "refused",
            "damaged",
            "origin",
            "recovered");
    assertThat(status.get("mode").asText()).isEqualTo("behind");
    for (String count :
        List.of(
            "pendingCount",
            "pendingBytes",
            "oldestPendingMs",
            "keptCount",
            "keptBytes",
            "coalescedCount",
            "settledCount")) {
      assertThat(status.get(count).isIntegralNumber()).as(count).isTrue();
      assertThat(status.get(count).asLong()).as(count).isZero();
    }
    assertThat(status.get("settleFailures")).isEqualTo(JSON.readTree("{}"));
    assertThat(status.get("refused")).isEqualTo(JSON.readTree("{}"));
    assertThat(status.get("damaged")).isEqualTo(JSON.readTree("{}"));
    assertThat(status.get("origin"))
        .isEqualTo(JSON.readTree("{\"word\": \"unknown\", \"detail\": \"\"}"));
    assertThat(status.get("recovered")).isEqualTo(recovered(0, 0, 0, 0, true));
  }

  @Test
  void status_whileWritesArePending() throws Exception {
    f.standIn().troubles().start(Trouble.HANG);
    f.api().given("a", "12345");
    Await.until("it is being settled", () -> f.standIn().troubles().held() == 1);
    f.api().given("a", "123"); // replaces it, but the request of the first goes on
    f.api().given("b%2Fc", "1234567");
    assertThat(f.api().delete("d").status()).isEqualTo(200);
    JsonNode early = status();
    assertThat(early.get("pendingCount").asInt()).isEqualTo(3);
    assertThat(early.get("pendingBytes").asInt()).isEqualTo(10);
    assertThat(early.get("coalescedCount").asInt()).isEqualTo(1);
    assertThat(early.get("settledCount").asInt()).isZero();
    long oldestMs = early.get("oldestPendingMs").asLong();
    Await.until("time passes", () -> status().get("oldestPendingMs").asLong() > oldestMs);

    f.standIn().troubles().stopAll();
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
    f.standIn().troubles().start(trouble);
    f.api().given("a%2Fb", "1");
    Await.until("it is refused", () -> status().get("refused").has("~a~2Fb"));
    JsonNode refused = status();
    assertThat(refused.get("refused").get("~a~2Fb").asText()).isNotBlank();
    assertThat(refused.get("settleFailures").get(kind).asInt()).isGreaterThanOrEqualTo(3);
    assertThat(refused.at("/origin/word").asText()).isEqualTo(word);
    assertThat(refused.at("/origin/detail").asText()).isNotBlank();
    assertThat(f.api().get("a%2Fb").text()).as("it is served all the same").isEqualTo("1");

    f.standIn().troubles().stopAll();
    assertSettles();
    assertThat(status().get("refused")).isEmpty();
    assertThat(status().get("origin"))
        .isEqualTo(JSON.readTree("{\"word\": \"up\", \"detail\": \"\"}"));
  }

  @Test
  void status_whileTheOriginIsDown() throws Exception {
    f.standIn().close();
    f.api().given("a", "1");
    Await.until("it was tried", () -> status().get("settleFailures").has("not_sent"));
    assertThat(status().at("/origin/word").asText()).isEqualTo("down");
    assertThat(status().get("pendingCount").asInt()).isEqualTo(1);
  }

  @Test
  void status_afterAStart() throws Exception {
    f.api().given("settled", "1");
    assertSettles();
    f.standIn().troubles().start(Trouble.ANSWER_429);
    f.api().given("a", "1");
    f.api().given("b", "2");
    assertThat(f.api().delete("c").status()).isEqualTo(200);
    f.restartSidecar();
    JsonNode status = status();
    assertThat(status.get("recovered").get("putsPending").asInt()).isEqualTo(2);
    assertThat(status.get("recovered").get("deletesPending").asInt()).isEqualTo(1);
    assertThat(status.get("recovered").get("kept").asInt()).isEqualTo(1);
    assertThat(status.get("keptCount").asInt()).isEqualTo(1);
    assertThat(status.get("recovered").get("published").asInt()).isZero();
    assertThat(status.get("recovered").get("dropped").asInt()).isZero();
    assertThat(status.get("pendingCount").asInt()).isEqualTo(3);
    assertThat(status.get("settledCount").asInt()).isZero();
  }

  /** After this a change of the ring has nothing to wait for. */
  @Test
  void settle_canWaitUntilNothingIsKept() throws Exception {
    f.api().given("a", "1");
    f.api().given("b", "1");
    assertSettles();
    assertThat(status().get("keptCount").asInt()).isEqualTo(2);
    RawResponse answer = f.api().ask("POST", "/settle?kept=true&waitMs=0");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(JSON.readTree(answer.text()).get("left")).isEqualTo(JSON.readTree("[\"a\",\"b\"]"));
    assertThat(problem(f.api().ask("POST", "/settle?kept=maybe"), 400)).contains("kept must be");
  }

  @Test
  void settle_saysWhatIsLeft() throws Exception {
    f.standIn().troubles().start(Trouble.ANSWER_429);
    f.api().given("b%2Fc", "1");
    f.api().given("a", "1");
    RawResponse answer = f.api().ask("POST", "/settle?waitMs=0");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(Api.only(answer, "Content-Type")).isEqualTo("application/json");
    assertThat(JSON.readTree(answer.text()))
        .isEqualTo(
            JSON.readTree("{\"settled\": false, \"leftCount\": 2, \"left\": [\"a\", \"~b~2Fc\"]}"));
    f.standIn().troubles().stopAll();
    assertSettles();
    assertThat(f.files().resolve("a")).hasContent("1");
    assertThat(f.files().resolve("~b~2Fc")).hasContent("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "-1", "3600001", "", "1.5", "99999999999999999999"})
  void settle_badWaitMs(String waitMs) throws Exception {
    assertThat(Api.problem(f.api().ask("POST", "/settle?waitMs=" + waitMs), 400))
        .contains("waitMs");
  }

  @Test
  void throughNginx() throws Exception {
    try (StackFixture stack = StackFixture.start(StackFixture.Setup.DEFAULT.withPairs(1))) {
      var sidecar = new Api(stack.sidecar(0));
      assertThat(sidecar.ask("GET", "/status").status()).isEqualTo(200);
      assertThat(sidecar.ask("GET", "/metrics").status()).isEqualTo(200);
      var front = new Api(stack.nginx());
      assertThat(front.ask("GET", "/status").status()).isEqualTo(404);
      assertThat(front.ask("GET", "/metrics").status()).isEqualTo(404);
      assertThat(front.ask("POST", "/settle", "Content-Length: 0").status()).isEqualTo(404);
    }
  }

  private JsonNode status() throws IOException {
    return f.status();
  }

  private void assertSettles() throws IOException {
    RawResponse answer = f.api().ask("POST", "/settle");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(JSON.readTree(answer.text()))
        .isEqualTo(JSON.readTree("{\"settled\": true, \"leftCount\": 0, \"left\": []}"));
  }

  private static JsonNode recovered(
      int puts, int deletes, int published, int dropped, boolean clean) {
    return JSON.createObjectNode()
        .put("putsPending", puts)
        .put("deletesPending", deletes)
        .put("kept", 0)
        .put("published", published)
        .put("dropped", dropped)
        .put("clean", clean);
  }
}
