package dev.holdfast.gatling;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs each simulation for a few seconds, in a JVM of its own: against a front that is right, which
 * {@code make test-load} starts, and against servers that lie, which have to be found out. Too slow
 * for every test run, hence not called a test.
 */
final class SimulationRuns {
  private static final int EXIT_BROKEN = 2;
  private static final long RUN_SECONDS_MAX = 120;

  /** A short run of HotWrites. */
  private static final String HOT = "seconds=2 putsPerSecond=10 getsPerSecond=50 rampSeconds=0";

  /** For runs that are so short that much of them is the start of a JVM. */
  private static final String ANY_P99 = " p99MsMax=0";

  /** The front, and a file server behind it. */
  private static final String FRONT = System.getProperty("holdfast.testLoad.url", "");

  private static final String FILE_SERVER = System.getProperty("holdfast.testLoad.fileServer", "");

  @TempDir private Path directory;

  private record Run(int exitCode, JsonNode summary, String output) {
    long number(String pointer) {
      assertThat(summary.at(pointer).isNumber()).as("%s in %s", pointer, summary).isTrue();
      return summary.at(pointer).asLong();
    }
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
    Run run = run(simulation, FRONT, options.formatted(FILE_SERVER));

    assertThat(run.exitCode).as(run.output).isZero();
    assertThat(run.number("/requests")).isPositive();
    assertThat(run.number("/checked")).isPositive();
    assertThat(run.number("/invalid_data")).isZero();
    assertThat(run.summary.at("/success").asDouble()).isEqualTo(1);
    assertThat(run.summary.at("/broken")).isEmpty();
    assertThat(run.output.contains("score ")).isEqualTo(simulation.equals("ChallengeTraffic"));
  }

  @ParameterizedTest
  @EnumSource(
      value = LyingServer.Lie.class,
      names = {"WRONG_BYTE", "TORN", "STALE", "LOST"})
  void lie_isInvalidData(LyingServer.Lie lie) throws Exception {
    try (var server = new LyingServer(lie)) {
      Run run = run("HotWrites", server.url(), HOT + ANY_P99);

      assertThat(run.exitCode).as(run.output).isEqualTo(EXIT_BROKEN);
      assertThat(run.number("/invalid_data")).isPositive();
      assertThat(run.summary.at("/broken/0").asText()).startsWith("invalid data: ");
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
      Run run = run(simulation, server.url(), options.formatted(server.url()));

      assertThat(run.exitCode).as(run.output).isEqualTo(EXIT_BROKEN);
      assertThat(run.number("/invalid_data")).isPositive();
    }
  }

  @Test
  void serverError_isAFailureAndNoInvalidData() throws Exception {
    try (var server = new LyingServer(LyingServer.Lie.SERVER_ERROR)) {
      Run run = run("HotWrites", server.url(), HOT + ANY_P99);

      assertThat(run.exitCode).as(run.output).isEqualTo(EXIT_BROKEN);
      assertThat(run.number("/invalid_data")).isZero();
      assertThat(run.number("/status_codes/500")).isPositive();
      assertThat(run.summary.at("/broken/0").asText()).startsWith("answers with a 5xx: ");
    }
  }

  /** What was refused need not be there. */
  @Test
  void refusedPut_isAFailureAndNoInvalidData() throws Exception {
    try (var server = new LyingServer(LyingServer.Lie.REFUSED_PUT)) {
      Run run =
          run("CasTraffic", server.url(), "blobs=20 putsPerSecond=20 seconds=2 getsPerSecond=30");

      assertThat(run.exitCode).as(run.output).isEqualTo(EXIT_BROKEN);
      assertThat(run.number("/status_codes/503")).isEqualTo(2);
      assertThat(run.number("/checked")).isPositive();
      assertThat(run.number("/invalid_data")).isZero();
    }
  }

  @Test
  void honestServer_isRight() throws Exception {
    try (var server = new LyingServer(LyingServer.Lie.NONE)) {
      Run run = run("HotWrites", server.url(), HOT + ANY_P99);

      assertThat(run.exitCode).as(run.output).isZero();
      assertThat(run.number("/invalid_data")).isZero();
      assertThat(run.number("/requests")).isEqualTo(2 * 10 + 2 * 50);
    }
  }

  @Test
  void nobodyThere_fails() throws Exception {
    String url;
    try (var server = new LyingServer(LyingServer.Lie.NONE)) {
      url = server.url();
    }
    Run run =
        run("HotWrites", url, "seconds=1 putsPerSecond=5 getsPerSecond=5 rampSeconds=0" + ANY_P99);

    assertThat(run.exitCode).as(run.output).isEqualTo(EXIT_BROKEN);
    assertThat(run.number("/status_codes/0")).isEqualTo(10);
    assertThat(run.number("/invalid_data")).isZero();
  }

  @Test
  void challenge_endsAtItsFailures() throws Exception {
    try (var server = new LyingServer(LyingServer.Lie.SERVER_ERROR)) {
      Run run =
          run(
              "ChallengeTraffic",
              server.url(),
              "seconds=60 names=20 fillPerSecond=20 start=50 failuresMax=5 mayFail=true");

      assertThat(run.exitCode).as(run.output).isZero();
      assertThat(run.output).contains("it ended at 5 failures");
      assertThat(run.number("/status_codes/500")).isGreaterThanOrEqualTo(5);
      assertThat(run.number("/requests")).isLessThan(1000);
    }
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
      put(server, "ours", Bodies.make(new Bodies.Id("ours", 1, 1, 2_000)));
      put(server, "ours", Bodies.make(new Bodies.Id("ours", 1, 2, 2_000)));
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
          run(
              "ConstantRate",
              server.url(),
              List.of("seconds=1", "rampSeconds=3", "requests=10 GET /next ~[0-9]+"));

      assertThat(run.number("/requests")).isEqualTo(10);
      assertThat(run.number("/invalid_data")).isGreaterThan(1);
      assertThat(run.number("/checked")).isGreaterThan(10);
    }
  }

  @Test
  void p99_slowServer_isBroken() throws Exception {
    try (var server = new LyingServer(LyingServer.Lie.SLOW)) {
      Run run = run("HotWrites", server.url(), HOT + " p99MsMax=" + LyingServer.SLOW_MILLIS);

      assertThat(run.exitCode).as(run.output).isEqualTo(EXIT_BROKEN);
      assertThat(run.number("/by_request/GET/latencies/99th"))
          .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(LyingServer.SLOW_MILLIS));
      assertThat(run.summary.at("/broken").toString()).contains("GET: the 99th percentile is ");
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
      Run run = run(simulation, server.url(), options);

      assertThat(run.exitCode).as(run.output).isEqualTo(EXIT_BROKEN);
      assertThat(run.summary.at("/broken").toString()).contains(": the 99th percentile is ");
      assertThat(run(simulation, server.url(), options + " mayFail=true").exitCode).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AcknowledgedWrites",
        "ChallengeTraffic",
        "ConstantRate",
        "EdgeCases",
        "FrontSmoke",
        "HotWrites",
        "LargeFiles",
        "Thundering"
      })
  void unknownOption_isRefused(String simulation) throws Exception {
    Process process = start(command(simulation, "http://127.0.0.1:1", List.of("secnods=1")));

    String printed = printed(process);
    assertThat(process.exitValue()).as(printed).isNotZero();
    assertThat(printed)
        .containsPattern("no option of this simulation: secnods\\b.*; it has .*\\burl\\b");
  }

  /** As a person runs it, with Maven and Gatling's report. */
  @Test
  void makeLoad_front_isRight() throws Exception {
    assumeFalse(FRONT.isEmpty(), "make test-load gives the front");
    Run run = makeLoad(FRONT);

    assertThat(run.exitCode).as(run.output).isZero();
    assertThat(run.number("/requests")).isPositive();
    assertReport(run);
  }

  @Test
  void makeLoad_lie_fails_andLeavesItsReport() throws Exception {
    try (var server = new LyingServer(LyingServer.Lie.WRONG_BYTE)) {
      Run run = makeLoad(server.url());

      assertThat(run.exitCode).as(run.output).isNotZero();
      assertThat(run.number("/invalid_data")).isPositive();
      assertReport(run);
    }
  }

  private Run makeLoad(String url) throws Exception {
    Path summary = directory.resolve("summary.json");
    return run(
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

  /** Gatling's report is where it says that it is, and of this run. */
  private void assertReport(Run run) throws IOException {
    FileTime started = Files.getLastModifiedTime(directory);
    try (Stream<Path> files = Files.walk(Path.of("target/gatling"))) {
      assertThat(files.filter(file -> file.endsWith("index.html")))
          .as(run.output)
          .anySatisfy(
              file -> assertThat(Files.getLastModifiedTime(file)).isGreaterThanOrEqualTo(started));
    }
  }

  private static void assertFoundOut(LyingServer.Lie lie, Run run) {
    boolean honest = lie == LyingServer.Lie.NONE;
    assertThat(run.exitCode).as(run.output).isEqualTo(honest ? 0 : EXIT_BROKEN);
    assertThat(run.number("/checked")).isPositive();
    assertThat(run.number("/invalid_data") == 0).as(run.output).isEqualTo(honest);
  }

  private Run constantRate(LyingServer server, String requests) throws Exception {
    return run(
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

  private Run run(String simulation, String url, String options) throws Exception {
    return run(simulation, url, List.of(options.strip().split("\\s+", -1)));
  }

  private Run run(String simulation, String url, List<String> options) throws Exception {
    return run(command(simulation, url, options), directory.resolve("summary.json"));
  }

  private List<String> command(String simulation, String url, List<String> options) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            // As Gatling's plugin for Maven does: its writer looks into strings.
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path")));
    command.add("-Dholdfast.url=" + url);
    command.add("-Dholdfast.summary=" + directory.resolve("summary.json"));
    options.forEach(option -> command.add("-Dholdfast." + option));
    command.addAll(
        List.of(
            "io.gatling.app.Gatling",
            "-s",
            "dev.holdfast.gatling." + simulation,
            "-rf",
            directory.resolve("results").toString(),
            "-nr"));
    return command;
  }

  private Run run(List<String> command, Path summary) throws IOException, InterruptedException {
    Process process = start(command);
    String printed = printed(process);
    assertThat(summary).as(printed).exists();
    return new Run(process.exitValue(), new ObjectMapper().readTree(summary.toFile()), printed);
  }

  private Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("output").toFile())
        .start();
  }

  /** What a process that ends in time has printed. */
  private String printed(Process process) throws IOException, InterruptedException {
    try {
      boolean ended = process.waitFor(RUN_SECONDS_MAX, TimeUnit.SECONDS);
      String printed = Files.readString(directory.resolve("output"));
      assertThat(ended).as(printed).isTrue();
      return printed;
    } finally {
      process.destroyForcibly();
    }
  }
}
