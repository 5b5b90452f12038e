package dev.holdfast.gatling;

import static dev.holdfast.gatling.Simulations.ANY_P99;
import static dev.holdfast.gatling.Simulations.EXIT_BROKEN;
import static dev.holdfast.gatling.Simulations.HOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gatling.Simulations.Run;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ends and failures of a simulation other than wrong data. */
@Execution(ExecutionMode.CONCURRENT)
final class SimulationRuns {
  @TempDir private Path directory;
  private Simulations simulations;

  @BeforeEach
  void simulations() {
    simulations = new Simulations(directory);
  }

  @Test
  void nobodyThere_fails() throws Exception {
    try (var silent = new Socket()) {
      // A port that is taken and on which nobody listens.
      silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Run run =
          simulations.run(
              "HotWrites",
              "http://127.0.0.1:" + silent.getLocalPort(),
              "seconds=1 putsPerSecond=5 getsPerSecond=5 rampSeconds=0" + ANY_P99);

      assertThat(run.exitCode()).as(run.output()).isEqualTo(EXIT_BROKEN);
      assertThat(run.number("/status_codes/0")).isEqualTo(10);
      assertThat(run.number("/invalid_data")).isZero();
    }
  }

  @Test
  void challenge_endsAtItsFailures() throws Exception {
    try (var server = new LyingServer(LyingServer.Lie.SERVER_ERROR)) {
      Run run =
          simulations.run(
              "ChallengeTraffic",
              server.url(),
              "seconds=60 names=20 fillPerSecond=20 start=50 failuresMax=5 mayFail=true");

      assertThat(run.exitCode()).as(run.output()).isZero();
      assertThat(run.output()).contains("it ended at 5 failures");
      assertThat(run.number("/status_codes/500")).isGreaterThanOrEqualTo(5);
      assertThat(run.number("/requests")).isLessThan(1000);
    }
  }

  @Test
  void p99_slowServer_isBroken() throws Exception {
    try (var server = new LyingServer(LyingServer.Lie.SLOW)) {
      Run run =
          simulations.run("HotWrites", server.url(), HOT + " p99MsMax=" + LyingServer.SLOW_MILLIS);

      assertThat(run.exitCode()).as(run.output()).isEqualTo(EXIT_BROKEN);
      assertThat(run.number("/by_request/GET/latencies/99th"))
          .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(LyingServer.SLOW_MILLIS));
      assertThat(run.summary().at("/broken").toString()).contains("GET: the 99th percentile is ");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ConstantRate | seconds=2 rate=30 rampSeconds=0",
        "HotWrites | " + HOT,
      })
  void p99_slowServer_isBroken_whereTheRateIsConstant(String simulation, String options)
      throws Exception {
    try (var server = new LyingServer(LyingServer.Lie.SLOW)) {
      Run run = simulations.run(simulation, server.url(), options);

      assertThat(run.exitCode()).as(run.output()).isEqualTo(EXIT_BROKEN);
      assertThat(run.summary().at("/broken").toString()).contains(": the 99th percentile is ");
      assertThat(simulations.run(simulation, server.url(), options + " mayFail=true").exitCode())
          .isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AcknowledgedWrites",
        "ChallengeTraffic",
        "ConstantRate",
        "CounterTraffic",
        "EdgeCases",
        "FrontSmoke",
        "HotWrites",
        "LargeFiles",
        "Thundering"
      })
  void unknownOption_isRefused(String simulation) throws Exception {
    Simulations.Ended run = simulations.end(simulation, "http://127.0.0.1:1", List.of("secnods=1"));

    assertThat(run.exitCode()).as(run.output()).isNotZero();
    assertThat(run.output())
        .containsPattern("no option of this simulation: secnods\\b.*; it has .*\\burl\\b");
  }
}
