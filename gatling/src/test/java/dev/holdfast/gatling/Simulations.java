package dev.holdfast.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs simulations for a few seconds, each in a JVM of its own. They are too slow for every test
 * run. So the classes that use this are not called tests, and {@code make test-load} runs them.
 *
 * <p>Threading: for one thread at a time, with a directory of its own.
 */
final class Simulations {
  static final int EXIT_BROKEN = 2;

  /** A short run of HotWrites. */
  static final String HOT = "seconds=2 putsPerSecond=10 getsPerSecond=50 rampSeconds=0";

  /** The option of runs that say nothing about speed. Short ones are mostly the start of a JVM. */
  static final String ANY_P99 = " p99MsMax=0";

  private static final long RUN_SECONDS_MAX = 1_200;

  private final Path directory;

  Simulations(Path directory) {
    this.directory = directory;
  }

  record Ended(int exitCode, String output) {}

  /** A run that has left a summary. */
  record Run(int exitCode, JsonNode summary, String output) {
    long number(String pointer) {
      assertThat(summary.at(pointer).isNumber()).as("%s in %s", pointer, summary).isTrue();
      return summary.at(pointer).asLong();
    }
  }

  Run run(String simulation, String url, String options) throws Exception {
    return run(simulation, url, List.of(options.strip().split("\\s+", -1)));
  }

  Run run(String simulation, String url, List<String> options) throws Exception {
    return run(command(simulation, url, options), directory.resolve("summary.json"));
  }

  private List<String> command(String simulation, String url, List<String> options) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1", // it runs for seconds
            "-XX:+UseSerialGC",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            // The same as in Gatling's plugin for Maven: its writer looks into strings.
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

  /** Runs a command that leaves a summary. */
  Run run(List<String> command, Path summary) throws IOException, InterruptedException {
    Ended ended = end(command);
    assertThat(summary).as(ended.output).exists();
    return new Run(ended.exitCode, new ObjectMapper().readTree(summary.toFile()), ended.output);
  }

  /** Runs a simulation that may end before it has a summary. */
  Ended end(String simulation, String url, List<String> options)
      throws IOException, InterruptedException {
    return end(command(simulation, url, options));
  }

  private Ended end(List<String> command) throws IOException, InterruptedException {
    Process process = start(command);
    String printed = printed(process);
    return new Ended(process.exitValue(), printed);
  }

  private Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("output").toFile())
        .start();
  }

  /** Returns the output of a process, which has to end in time. */
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
