package dev.holdfast.gatling;

import static dev.holdfast.gatling.Simulations.EXIT_BROKEN;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gatling.Simulations.Run;
import dev.holdfast.testkit.Bodies;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests of all kinds at a constant rate, against servers that lie. */
@Execution(ExecutionMode.CONCURRENT)
final class ConstantRateRuns {
  @TempDir private Path directory;
  private Simulations simulations;

  @BeforeEach
  void simulations() {
    simulations = new Simulations(directory);
  }

  @ParameterizedTest
  @EnumSource(
      value = LyingServer.Lie.class,
      names = {"NONE", "WRONG_BYTE", "TORN", "STALE", "LOST"})
  void constantRate_filesThatItWrites(LyingServer.Lie lie) throws Exception {
    try (var server = new LyingServer(lie)) {
      // One name in two spellings.
      String requests =
          "100 GET /api/fileserver/a%62, 20 PUT /api/fileserver/ab, 5 DELETE /api/fileserver/%61b";

      assertFoundOut(lie, constantRate(server, requests));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = LyingServer.Lie.class,
      names = {"NONE", "WRONG_BYTE", "TORN", "STALE", "LOST", "ANOTHER_FILE"})
  void constantRate_filesThatItOnlyReads(LyingServer.Lie lie) throws Exception {
    try (var server = new LyingServer(lie)) {
      put(server, "ours", Bodies.make(Bodies.id("ours", 1, 1, 2_000)));
      put(server, "ours", Bodies.make(Bodies.id("ours", 1, 2, 2_000)));
      put(server, "theirs", "written by".getBytes(US_ASCII));
      put(server, "theirs", "somebody else".getBytes(US_ASCII));

      assertFoundOut(
          lie,
          constantRate(
              server, "50 GET /api/fileserver/ours, 50 GET /api/fileserver/theirs?why=load"));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = LyingServer.Lie.class,
      names = {"NONE", "WRONG_BYTE"})
  void constantRate_whatIsNoFile(LyingServer.Lie lie) throws Exception {
    try (var server = new LyingServer(lie)) {
      assertFoundOut(lie, constantRate(server, "100 GET /next ~[0-9]{1,9}"));
    }
  }

  @Test
  void constantRate_whileItGrows_onlyInvalidDataCounts() throws Exception {
    try (var server = new LyingServer(LyingServer.Lie.WRONG_BYTE)) {
      Run run =
          simulations.run(
              "ConstantRate",
              server.url(),
              List.of("seconds=1", "rampSeconds=3", "requests=10 GET /next ~[0-9]+"));

      assertThat(run.number("/requests")).isEqualTo(10);
      assertThat(run.number("/invalid_data")).isGreaterThan(1);
      assertThat(run.number("/checked")).isGreaterThan(10);
    }
  }

  private static void assertFoundOut(LyingServer.Lie lie, Run run) {
    boolean honest = lie == LyingServer.Lie.NONE;
    assertThat(run.exitCode()).as(run.output()).isEqualTo(honest ? 0 : EXIT_BROKEN);
    assertThat(run.number("/checked")).isPositive();
    assertThat(run.number("/invalid_data") == 0).as(run.output()).isEqualTo(honest);
  }

  private Run constantRate(LyingServer server, String requests) throws Exception {
    return simulations.run(
        "ConstantRate",
        server.url(),
        List.of("seconds=2", "rampSeconds=1", "p99MsMax=0", "requests=" + requests));
  }

  private static void put(LyingServer server, String name, byte[] body) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create(server.url() + "/api/fileserver/" + name))
              .PUT(HttpRequest.BodyPublishers.ofByteArray(body))
              .build();
      assertThat(client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
          .isEqualTo(201);
    }
  }
}
