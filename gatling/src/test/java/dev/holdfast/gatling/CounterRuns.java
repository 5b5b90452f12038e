package dev.holdfast.gatling;

import static dev.holdfast.gatling.Simulations.EXIT_BROKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.holdfast.gatling.Simulations.Run;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@link CounterTraffic} against the actors that {@code make test-load} starts, and against servers
 * that lie.
 */
@Execution(ExecutionMode.CONCURRENT)
final class CounterRuns {
  /** The actors, comma separated. */
  private static final String ACTORS = System.getProperty("holdfast.testLoad.actors", "");

  private static final int NAMES = 4;
  private static final String SHORT = "names=" + NAMES + " users=8 requestsEach=50";

  @TempDir private Path directory;
  private Simulations simulations;

  @BeforeEach
  void simulations() {
    simulations = new Simulations(directory);
  }

  @Test
  void actors_areRight() throws Exception {
    assumeFalse(ACTORS.isEmpty(), "make test-load gives the actors");
    configure(List.of(ACTORS.split(",", -1)));

    Run run = simulations.run("CounterTraffic", ACTORS, SHORT);

    assertRight(run, ACTORS.split(",", -1).length);
  }

  private static void configure(List<String> urls) throws Exception {
    String addresses =
        urls.stream()
            .map(url -> '"' + URI.create(url).getAuthority() + '"')
            .collect(Collectors.joining(", ", "{\"actors\": [", "]}"));
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create(urls.getFirst() + "/config"))
              .POST(HttpRequest.BodyPublishers.ofString(addresses))
              .build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }

  @Test
  void honestServer_isRight() throws Exception {
    try (var server = new LyingCounters(LyingCounters.Lie.NONE)) {
      assertRight(simulations.run("CounterTraffic", server.urls(), SHORT), 2);
    }
  }

  private static void assertRight(Run run, int actors) {
    assertThat(run.exitCode()).as(run.output()).isZero();
    assertThat(run.number("/invalid_data")).isZero();
    assertThat(run.number("/by_request/increment/requests")).isPositive();
    assertThat(run.number("/by_request/value/requests")).isPositive();
    assertThat(run.number("/by_request/consistent value/requests")).isPositive();
    assertThat(run.number("/by_request/consistent value, at the end/requests"))
        .isEqualTo((long) NAMES * actors);
    assertThat(run.number("/by_request/value, at the end/requests"))
        .isGreaterThanOrEqualTo((long) NAMES * actors);
    assertThat(run.summary().at("/broken")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = LyingCounters.Lie.class,
      names = {"TWICE", "LOST", "COUNTED_503", "STALE", "GOES_DOWN", "NO_NUMBER"})
  void lie_isInvalidData(LyingCounters.Lie lie) throws Exception {
    try (var server = new LyingCounters(lie)) {
      // Answers with 503 alone do not fail the run.
      Run run =
          simulations.run("CounterTraffic", server.urls(), SHORT + " endSecondsMax=1 mayFail=true");

      assertThat(run.exitCode()).as(run.output()).isEqualTo(EXIT_BROKEN);
      assertThat(run.number("/invalid_data")).isPositive();
      assertThat(run.summary().at("/broken/0").asText()).startsWith("invalid data: ");
    }
  }

  @Test
  void refusedIncrement_isAFailureAndNoInvalidData() throws Exception {
    try (var server = new LyingCounters(LyingCounters.Lie.HONEST_503)) {
      Run run = simulations.run("CounterTraffic", server.urls(), SHORT);

      assertThat(run.exitCode()).as(run.output()).isEqualTo(EXIT_BROKEN);
      assertThat(run.number("/status_codes/503")).isPositive();
      assertThat(run.number("/invalid_data")).isZero();
    }
  }
}
