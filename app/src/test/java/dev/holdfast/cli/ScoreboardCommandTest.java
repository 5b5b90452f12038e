package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.testkit.Patience;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code holdfast scoreboard} on whole logs. */
@Timeout(1_800)
final class ScoreboardCommandTest {
  private static final String LINE =
      "{\"time\":\"2026-01-02T03:%02d:%02d+00:00\",\"method\":\"GET\","
          + "\"uri\":\"/api/fileserver/%s\",\"status\":%d,\"bytes_sent\":%d,"
          + "\"request_time_s\":0.%03d,\"upstream_time_s\":\"\",\"request_id\":\"%032x\","
          + "\"served_by\":\"nginx\"}\n";

  /** The memory of the reader, most of it the JVM's own. The log is six times as large. */
  private static final String HEAP = "-Xmx40m";

  private static final int LINES = 1_000_000;

  /** The time at which the last of the rotated logs was written. */
  private static final Instant LAST = Instant.parse("2026-01-02T03:12:00Z");

  @TempDir Path dir;
  private final StringWriter output = new StringWriter();
  private final StringWriter errors = new StringWriter();

  @Test
  void formats() throws Exception {
    Path log = Files.writeString(dir.resolve("log"), LINE.formatted(4, 5, "a", 200, 9, 12, 1));

    assertThat(run("--log", log.toString())).isZero();
    assertThat(output.toString()).contains("requests       1", "p50 12 ms");
    output.getBuffer().setLength(0);
    assertThat(run("--log", log.toString(), "--json")).isZero();
    assertThat(new ObjectMapper().readTree(output.toString()).get("requests").asInt()).isOne();
    output.getBuffer().setLength(0);
    assertThat(run("--log", log.toString(), "--html")).isZero();
    assertThat(output.toString()).startsWith("<!doctype html>").contains("\"requests\":1");
  }

  @Test
  void missingLog_namesTheOption() {
    assertThat(run("--log", dir.resolve("none").toString())).isEqualTo(2);
    assertThat(errors.toString().strip())
        .isEqualTo("holdfast scoreboard: --log: no file at " + dir.resolve("none"));
  }

  /** logrotate leaves such logs: a higher number is older, and the names sort in another order. */
  @Test
  void documentedLine_givesRotatedLogsOldestFirst() throws Exception {
    Path logs = Files.createDirectory(dir.resolve("logs"));
    for (int age = 11; age >= 0; age--) {
      int minute = 11 - age;
      var lines = new StringBuilder();
      for (int second = 0; second < 60; second++) {
        lines.append(LINE.formatted(minute, second, "a", 200, 1, 1, 1));
      }
      String name = "access.log" + (age == 0 ? "" : "." + age);
      Path file = Files.writeString(logs.resolve(name), lines);
      Files.setLastModifiedTime(file, FileTime.from(LAST.minusSeconds(60L * age)));
      if (age >= 2) {
        assertThat(new ProcessBuilder("gzip", name).directory(logs.toFile()).start().waitFor())
            .isZero();
      }
    }
    Path all = dir.resolve("all.log");

    int code =
        new ProcessBuilder("sh", "-c", documentedLine())
            .directory(logs.toFile())
            .redirectOutput(all.toFile())
            .start()
            .waitFor();

    assertThat(code).isZero();
    assertThat(run("--log", all.toString(), "--json")).isZero();
    JsonNode json = new ObjectMapper().readTree(output.toString());
    assertThat(json.get("requests").asInt()).isEqualTo(720);
    assertThat(json.get("duration_seconds").asInt()).isEqualTo(720);
    assertThat(json.get("success_per_second_mean").asDouble()).isEqualTo(1.0);
    assertThat(json.get("success_per_second_max").asInt()).isEqualTo(1);
    assertThat(json.get("out_of_order").isNull()).isTrue();
  }

  /** Returns the command in front of the pipe in the documentation. */
  private static String documentedLine() throws IOException {
    List<String> lines =
        Files.readAllLines(Path.of("..", "docs", "scoreboard.md")).stream()
            .filter(line -> line.startsWith("$ zcat "))
            .toList();
    assertThat(lines).hasSize(1);
    return lines.getFirst().substring(2, lines.getFirst().indexOf('|')).strip();
  }

  @Test
  void twoFormats_areRefused() {
    assertThat(run("--json", "--html")).isEqualTo(2);
    assertThat(errors.toString()).contains("--html: not together with --json");
  }

  /** A million lines in a small heap, nine tenths of them with a name of their own. */
  @Test
  void millionLines_inConstantMemory() throws Exception {
    Process scoreboard =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "scoreboard",
                "--log=-",
                "--json")
            .redirectError(dir.resolve("errors").toFile())
            .redirectOutput(dir.resolve("json").toFile())
            .start();
    try {
      try (OutputStream in = new BufferedOutputStream(scoreboard.getOutputStream(), 1 << 16)) {
        writeMillion(in);
      }
      assertThat(scoreboard.waitFor(Patience.STEP_S, TimeUnit.SECONDS)).isTrue();
    } finally {
      scoreboard.destroyForcibly();
    }

    assertThat(Files.readString(dir.resolve("errors"))).isEmpty();
    JsonNode json = new ObjectMapper().readTree(dir.resolve("json").toFile());
    assertThat(json.get("requests").asInt()).isEqualTo(LINES);
    assertThat(json.get("garbage_lines").asInt()).isZero();
    assertThat(json.get("duration_seconds").asInt()).isEqualTo(1000);
    assertThat(json.at("/statuses/2xx").asInt()).isEqualTo(LINES * 9 / 10);
    assertThat(json.at("/statuses/5xx").asInt()).isEqualTo(LINES / 10);
    assertThat(json.get("success_per_second_max").asInt()).isEqualTo(900);
    assertThat(json.get("success_per_second_sustained").asDouble()).isEqualTo(900.0);
    assertThat(json.at("/latency/p50_ms").asInt()).isEqualTo(499);
    assertThat(json.at("/latency/p99_ms").asInt()).isEqualTo(989);
    assertThat(json.at("/latency/max_ms").asInt()).isEqualTo(999);
    assertThat(json.get("bytes_sent").asLong()).isEqualTo(LINES * 1000L);
    assertThat(json.at("/busiest/0/name").asText()).isEqualTo("hot");
    assertThat(json.at("/busiest/0/requests").asInt())
        .isBetween(LINES / 10, LINES / 10 + json.at("/busiest/0/too_many_max").asInt());
    assertThat(json.get("course")).hasSize(500);
  }

  private static void writeMillion(OutputStream in) throws IOException {
    for (int i = 0; i < LINES; i++) {
      int second = i / 1000;
      String name = i % 10 == 0 ? "hot" : "a-name-of-its-own-" + i;
      int status = i % 10 == 3 ? 503 : 200;
      String line =
          LINE.formatted(second / 60, second % 60, name, status, 1000, i % 1000, (long) i);
      in.write(line.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private int run(String... args) {
    var all = new ArrayList<>(List.of("scoreboard"));
    all.addAll(List.of(args));
    return Main.commandLine()
        .setErr(new PrintWriter(errors, true))
        .setOut(new PrintWriter(output, true))
        .execute(all.toArray(String[]::new));
  }
}
