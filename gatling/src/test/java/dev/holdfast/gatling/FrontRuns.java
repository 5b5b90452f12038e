package dev.holdfast.gatling;

import static dev.holdfast.gatling.Simulations.ANY_P99;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.holdfast.gatling.Simulations.Run;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each simulation against a correct front, which {@code make test-load} starts. */
@Isolated("it has to answer in time")
final class FrontRuns {
  /** The front, and a file server behind it. */
  private static final String FRONT = System.getProperty("holdfast.testLoad.url", "");

  private static final String FILE_SERVER = System.getProperty("holdfast.testLoad.fileServer", "");

  @TempDir private Path directory;
  private Simulations simulations;

  @BeforeEach
  void simulations() {
    simulations = new Simulations(directory);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ChallengeTraffic | seconds=4 names=50 fillPerSecond=25 start=10 growth=10 chainsPerThousand=100"
            + " largeBytes=200000",
        "ConstantRate | seconds=3 rate=30 rampSeconds=1",
        "EdgeCases | seconds=2 usersPerSecond=1",
        "LargeFiles | seconds=2 filesPerSecond=1 bytes=5000000",
        "Thundering | readers=200 fileServer=%s",
        "HotWrites | seconds=3 putsPerSecond=10 getsPerSecond=50 rampSeconds=1",
        "CasTraffic | blobs=20 putsPerSecond=10 seconds=2 getsPerSecond=30",
        "FrontSmoke | seconds=2 usersPerSecond=5"
      })
  void front_isRight(String simulation, String options) throws Exception {
    assumeFalse(FRONT.isEmpty(), "make test-load gives the front");
    Run run = simulations.run(simulation, FRONT, options.formatted(FILE_SERVER) + ANY_P99);

    assertThat(run.exitCode()).as(run.output()).isZero();
    assertThat(run.number("/requests")).isPositive();
    assertThat(run.number("/checked")).isPositive();
    assertThat(run.number("/invalid_data")).isZero();
    assertThat(run.summary().at("/success").asDouble()).isEqualTo(1);
    assertThat(run.summary().at("/broken")).isEmpty();
    assertThat(run.output().contains("score ")).isEqualTo(simulation.equals("ChallengeTraffic"));
  }
}
