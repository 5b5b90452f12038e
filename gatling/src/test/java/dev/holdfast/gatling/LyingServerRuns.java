package dev.holdfast.gatling;

import static dev.holdfast.gatling.Simulations.ANY_P99;
import static dev.holdfast.gatling.Simulations.EXIT_BROKEN;
import static dev.holdfast.gatling.Simulations.HOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gatling.Simulations.Run;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Simulations against servers that lie, and have to be found out, and against one that does not.
 */
@Execution(ExecutionMode.CONCURRENT)
final class LyingServerRuns {
  @TempDir private Path directory;
  private Simulations simulations;

  @BeforeEach
  void simulations() {
    simulations = new Simulations(directory);
  }

  @ParameterizedTest
  @EnumSource(
      value = LyingServer.Lie.class,
      names = {"WRONG_BYTE", "TORN", "STALE", "LOST"})
  void lie_isInvalidData(LyingServer.Lie lie) throws Exception {
    try (var server = new LyingServer(lie)) {
      Run run = simulations.run("HotWrites", server.url(), HOT + ANY_P99);

      assertThat(run.exitCode()).as(run.output()).isEqualTo(EXIT_BROKEN);
      assertThat(run.number("/invalid_data")).isPositive();
      assertThat(run.summary().at("/broken/0").asText()).startsWith("invalid data: ");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ChallengeTraffic | ANOTHER_FILE | seconds=3 names=50 fillPerSecond=50 start=30",
        "ConstantRate | WRONG_BYTE | seconds=2 rate=30 rampSeconds=0",
        "FrontSmoke | WRONG_BYTE | seconds=2 usersPerSecond=10",
        "EdgeCases | WRONG_BYTE | seconds=1 usersPerSecond=5",
        "EdgeCases | LOST | seconds=1 usersPerSecond=5",
        "LargeFiles | WRONG_BYTE | seconds=3 filesPerSecond=5 bytes=100000",
        "Thundering | WRONG_BYTE | readers=100 fileServer=%s",
        "CasTraffic | WRONG_BYTE | blobs=20 putsPerSecond=20 seconds=2 getsPerSecond=30",
        "CasTraffic | LOST | blobs=20 putsPerSecond=20 seconds=2 getsPerSecond=30"
      })
  void lie_isInvalidDataInEachSimulation(String simulation, LyingServer.Lie lie, String options)
      throws Exception {
    try (var server = new LyingServer(lie)) {
      Run run = simulations.run(simulation, server.url(), options.formatted(server.url()));

      assertThat(run.exitCode()).as(run.output()).isEqualTo(EXIT_BROKEN);
      assertThat(run.number("/invalid_data")).isPositive();
    }
  }

  @Test
  void serverError_isAFailureAndNoInvalidData() throws Exception {
    try (var server = new LyingServer(LyingServer.Lie.SERVER_ERROR)) {
      Run run = simulations.run("HotWrites", server.url(), HOT + ANY_P99);

      assertThat(run.exitCode()).as(run.output()).isEqualTo(EXIT_BROKEN);
      assertThat(run.number("/invalid_data")).isZero();
      assertThat(run.number("/status_codes/500")).isPositive();
      assertThat(run.summary().at("/broken/0").asText()).startsWith("answers with a 5xx: ");
    }
  }

  /** A file whose PUT was refused need not be there. */
  @Test
  void refusedPut_isAFailureAndNoInvalidData() throws Exception {
    try (var server = new LyingServer(LyingServer.Lie.REFUSED_PUT)) {
      Run run =
          simulations.run(
              "CasTraffic", server.url(), "blobs=20 putsPerSecond=20 seconds=2 getsPerSecond=30");

      assertThat(run.exitCode()).as(run.output()).isEqualTo(EXIT_BROKEN);
      assertThat(run.number("/status_codes/503")).isEqualTo(2);
      assertThat(run.number("/checked")).isPositive();
      assertThat(run.number("/invalid_data")).isZero();
    }
  }

  @Test
  void honestServer_isRight() throws Exception {
    try (var server = new LyingServer(LyingServer.Lie.NONE)) {
      Run run = simulations.run("HotWrites", server.url(), HOT + ANY_P99);

      assertThat(run.exitCode()).as(run.output()).isZero();
      assertThat(run.number("/invalid_data")).isZero();
      assertThat(run.number("/requests")).isEqualTo(2 * 10 + 2 * 50);
    }
  }
}
