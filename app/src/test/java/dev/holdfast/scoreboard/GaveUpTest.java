package dev.holdfast.scoreboard;

import static dev.holdfast.scoreboard.AccessLog.gaveUp;
import static dev.holdfast.scoreboard.AccessLog.line;
import static dev.holdfast.scoreboard.AccessLog.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that gave up, and their progress, in the figures of a log. */
final class GaveUpTest {
  private static final List<String> LOG =
      List.of(
          ok(0, "a"),
          gaveUp(line(0, "PUT", "b", 400, 0, 2000, "nginx"), 200_000, "1000000", ""),
          gaveUp(line(0, "PUT", "b", 408, 0, 60_000, "nginx"), 900_000, "1000000", ""),
          gaveUp(line(0, "PUT", "b", 400, 0, 10, "nginx"), 4_000, "", ""),
          gaveUp(line(1, "GET", "c", 499, 0, 500, "nginx"), 80, "", ""),
          gaveUp(line(1, "PUT", "c", 499, 0, 700, "nginx"), 1_000_100, "1000000", ""),
          gaveUp(line(1, "GET", "d", 200, 500_250, 3000, "nginx"), 80, "", "1000000"),
          gaveUp(line(1, "GET", "e", 503, 0, 4000, "sidecar"), 80, "", ""),
          line(2, "GET", "f", 404, 150, 1, "sidecar"));

  @Test
  void theyAreNeitherSuccessesNorFailures() throws IOException {
    Summary summary = AccessLog.summary(LOG);

    assertThat(summary.requests()).isEqualTo(9);
    assertThat(summary.statuses())
        .containsEntry("2xx", 1L)
        .containsEntry("4xx", 1L)
        .containsEntry("gave_up", 6L);
    assertThat(summary.statuses().values().stream().mapToLong(count -> count).sum()).isEqualTo(9);
    assertThat(summary.successPerSecondMax()).isEqualTo(1);
    assertThat(summary.course())
        .extracting(Summary.Point::gaveUpPerSecond)
        .containsExactly(3.0, 3.0, 0.0);
    assertThat(summary.course())
        .extracting(Summary.Point::clientErrorsPerSecond)
        .containsExactly(0.0, 0.0, 1.0);
  }

  /** It stays a failure, even if its client has gone. */
  @Test
  void answerOf5xx_isAFailureOfTheServer() throws IOException {
    Summary summary = AccessLog.summary(LOG);

    assertThat(summary.statuses()).containsEntry("5xx", 1L);
    assertThat(summary.gaveUp().requests()).isEqualTo(6);
  }

  @Test
  void howFarTheyHadCome() throws IOException {
    Summary.GaveUp figures = AccessLog.summary(LOG).gaveUp();

    assertThat(figures.byStage().keySet()).containsExactly("sending", "waiting", "receiving");
    assertThat(figures.byStage().get("sending"))
        .isEqualTo(
            new Summary.Stage(
                3, 1_104_000, 20, 90, new Summary.Latency(2000, 60_000, 60_000, 60_000)));
    assertThat(figures.byStage().get("waiting"))
        .isEqualTo(new Summary.Stage(2, 0, null, null, new Summary.Latency(500, 700, 700, 700)));
    assertThat(figures.byStage().get("receiving"))
        .isEqualTo(
            new Summary.Stage(1, 500_250, 50, 50, new Summary.Latency(3000, 3000, 3000, 3000)));
  }

  /** nginx may take a client that left while it sent for one that closed its connection. */
  @Test
  void closedBeforeAllHadCome_wasSending() throws IOException {
    var stages =
        AccessLog.summary(List.of(gaveUp(line(0, "PUT", "a", 499, 0, 9, "nginx"), 500, "1000", "")))
            .gaveUp()
            .byStage();

    assertThat(stages.get("sending").requests()).isEqualTo(1);
    assertThat(stages.get("sending").percentMax()).isEqualTo(50);
  }

  /** The connection breaks as the first byte is sent. */
  @Test
  void nothingOfAnAnswerOf200WasSent_wasWaiting() throws IOException {
    var stages =
        AccessLog.summary(List.of(gaveUp(line(0, "GET", "a", 200, 0, 9, "nginx"), 80, "", "1000")))
            .gaveUp()
            .byStage();

    assertThat(stages.get("waiting").requests()).isEqualTo(1);
  }

  /** An nginx that stops writes no status for requests that it cuts. */
  @Test
  void requestThatNginxCut_isNoClientThatGaveUp() throws IOException {
    Summary summary =
        AccessLog.summary(List.of(gaveUp(line(0, "PUT", "a", 0, 0, 9, "nginx"), 500, "1000", "")));

    assertThat(summary.gaveUp().requests()).isZero();
    assertThat(summary.statuses()).containsEntry("other", 1L);
  }

  /** Lines of a Holdfast that did not write the field are read as far as status and bytes tell. */
  @Test
  void olderLog_isStillRead() throws IOException {
    Summary summary =
        AccessLog.summary(
            List.of(
                line(0, "GET", "a", 499, 0, 5000, "nginx"),
                line(0, "PUT", "a", 400, 0, 10, "nginx"),
                line(0, "PUT", "a", 408, 0, 60_000, "nginx"),
                line(0, "GET", "%zz", 400, 431, 0, "nginx"),
                line(0, "GET", "a", 200, 300, 0, "nginx")));

    assertThat(summary.statuses())
        .containsEntry("2xx", 1L)
        .containsEntry("4xx", 1L)
        .containsEntry("gave_up", 3L);
    assertThat(summary.gaveUp().byStage().get("waiting").requests()).isEqualTo(1);
    assertThat(summary.gaveUp().byStage().get("sending").requests()).isEqualTo(2);
    assertThat(summary.gaveUp().byStage().get("sending").percentP50()).isNull();
    assertThat(summary.garbageLines()).isZero();
  }

  /** A client chooses its Content-Length header, and so a part of the field. */
  @ParameterizedTest
  @ValueSource(strings = {"-5", "5 answer_length=9", "99999999999999999999", "x"})
  void announcedLengthThatIsNone_isNotKnown(String contentLength) throws IOException {
    Summary.Stage sending =
        AccessLog.summary(
                List.of(gaveUp(line(0, "PUT", "a", 400, 0, 9, "nginx"), 500, contentLength, "")))
            .gaveUp()
            .byStage()
            .get("sending");

    assertThat(sending.requests()).isEqualTo(1);
    assertThat(sending.percentMax()).isNull();
  }

  @Test
  void table_showsThem() throws IOException {
    assertThat(report(LOG).table())
        .contains(
            """
              gave up      6  (66.67 %)
            clients that gave up
              sending      3                        after p50 2,000 ms   p95 60,000 ms   p99 60,000\
             ms   max 60,000 ms   p50 20 %, max 90 % of the upload
              waiting      2                        after p50 500 ms   p95 700 ms   p99 700 ms\
               max 700 ms
              receiving    1                        after p50 3,000 ms   p95 3,000 ms   p99 3,000 ms\
               max 3,000 ms   p50 50 %, max 50 % of the answer
            """);
  }

  @Test
  void json_holdsThem() throws IOException {
    JsonNode json = new ObjectMapper().readTree(report(LOG).json());

    assertThat(json.at("/statuses/gave_up").asInt()).isEqualTo(6);
    assertThat(json.at("/gave_up/requests").asInt()).isEqualTo(6);
    assertThat(json.at("/gave_up/by_stage/sending/requests").asInt()).isEqualTo(3);
    assertThat(json.at("/gave_up/by_stage/sending/percent_p50").asInt()).isEqualTo(20);
    assertThat(json.at("/gave_up/by_stage/sending/after/max_ms").asInt()).isEqualTo(60_000);
    assertThat(json.at("/gave_up/by_stage/waiting/percent_p50").isNull()).isTrue();
    assertThat(json.at("/gave_up/by_stage/receiving/bytes").asInt()).isEqualTo(500_250);
    assertThat(json.at("/course/0/gave_up_per_second").asDouble()).isEqualTo(3.0);
  }

  private static LogReport report(List<String> lines) throws IOException {
    String log = String.join("\n", new ArrayList<>(lines)) + "\n";
    return LogReport.of(new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)));
  }
}
