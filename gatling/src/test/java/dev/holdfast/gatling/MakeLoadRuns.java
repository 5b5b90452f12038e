package dev.holdfast.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.holdfast.gatling.Simulations.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A simulation as a person runs it, with Maven and Gatling's report. */
@Isolated("Maven may compile the simulations anew")
final class MakeLoadRuns {
  /** The front, and a file server behind it. */
  private static final String FRONT = System.getProperty("holdfast.testLoad.url", "");

  @TempDir private Path directory;
  private Simulations simulations;

  @BeforeEach
  void simulations() {
    simulations = new Simulations(directory);
  }

  @Test
  void makeLoad_front_isRight() throws Exception {
    assumeFalse(FRONT.isEmpty(), "make test-load gives the front");
    Run run = makeLoad(FRONT);

    assertThat(run.exitCode()).as(run.output()).isZero();
    assertThat(run.number("/requests")).isPositive();
    assertReport(run);
  }

  @Test
  void makeLoad_lie_fails_andLeavesItsReport() throws Exception {
    try (var server = new LyingServer(LyingServer.Lie.WRONG_BYTE)) {
      Run run = makeLoad(server.url());

      assertThat(run.exitCode()).as(run.output()).isNotZero();
      assertThat(run.number("/invalid_data")).isPositive();
      assertReport(run);
    }
  }

  private Run makeLoad(String url) throws Exception {
    Path summary = directory.resolve("summary.json");
    return simulations.run(
        List.of(
            "make",
            "--no-print-directory",
            "-C",
            Path.of("..").toRealPath().toString(),
            "load",
            "SIMULATION=FrontSmoke",
            "URL=" + url,
            "ARGS=-Dholdfast.seconds=3 -Dholdfast.summary=" + summary),
        summary);
  }

  /** Checks that Gatling's report is in the named place, and of this run. */
  private void assertReport(Run run) throws IOException {
    FileTime started = Files.getLastModifiedTime(directory);
    try (Stream<Path> files = Files.walk(Path.of("target/gatling"))) {
      assertThat(files.filter(file -> file.endsWith("index.html")))
          .as(run.output())
          .anySatisfy(
              file -> assertThat(Files.getLastModifiedTime(file)).isGreaterThanOrEqualTo(started));
    }
  }
}
