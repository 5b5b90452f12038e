package dev.holdfast.system.nginx;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.testkit.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** GoAccess reads nginx's log with the options of docs/scoreboard.md. */
@Timeout(1_800)
final class GoAccessTest {
  private static final Path PROGRAM = Path.of("/usr/bin/goaccess");

  @TempDir Path dir;

  @Test
  void readsTheLogOfARealNginx() throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(PROGRAM),
        "no GoAccess here: 'make test-tools' installs it where it can");
    Path log;
    List<JsonNode> lines;
    try (var nginx = NginxFixture.start(dir, 1)) {
      nginx.publish("name", "0123456789", 1);
      nginx.ask("GET", NginxFixture.PREFIX + "name");
      nginx.ask("GET", NginxFixture.PREFIX + "name?q=\"");
      nginx.ask("PUT", NginxFixture.PREFIX + "other");
      nginx.ask("GET", "/elsewhere");
      askForBytesThatAreNoUtf8(nginx);
      lines = nginx.stopAndReadLog();
      log = nginx.accessLog();
    }

    JsonNode report = report(log);

    assertThat(lines).hasSize(5);
    assertThat(report.at("/general/valid_requests").asInt()).isEqualTo(5);
    assertThat(report.at("/general/failed_requests").asInt()).isZero();
    assertThat(report.at("/general/bandwidth").asLong())
        .isEqualTo(lines.stream().mapToLong(line -> line.path("bytes_sent").asLong()).sum());
    assertThat(counts(report, "hosts")).containsExactlyInAnyOrder("nginx 3", "sidecar 2");
    assertThat(counts(report, "status_codes"))
        .containsExactlyInAnyOrder("2xx Success 4", "4xx Client Errors 1");
    assertThat(report.at("/requests/data").findValuesAsText("method")).contains("GET", "PUT");
  }

  private static void askForBytesThatAreNoUtf8(NginxFixture nginx) throws IOException {
    try (var client = NginxFixture.connect(nginx.port())) {
      String head = "GET " + NginxFixture.PREFIX + "a\u00ffb HTTP/1.1\r\nHost: a\r\n";
      client.bytes((head + "Connection: close\r\n\r\n").getBytes(ISO_8859_1));
      client.readToEnd();
    }
  }

  private JsonNode report(Path log) throws IOException, InterruptedException {
    Path report = dir.resolve("report.json");
    var command = new ArrayList<>(List.of(PROGRAM.toString(), log.toString(), "--no-progress"));
    command.addAll(documentedOptions());
    command.addAll(List.of("--no-global-config", "-o", report.toString()));
    Process goaccess =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("out").toFile())
            .start();
    try {
      assertThat(goaccess.waitFor(Patience.STEP_S, TimeUnit.SECONDS)).isTrue();
    } finally {
      goaccess.destroyForcibly();
    }
    assertThat(goaccess.exitValue()).as(Files.readString(dir.resolve("out"))).isZero();
    return new ObjectMapper().readTree(report.toFile());
  }

  /** Returns the options of the command in the documentation, without the quotes of the shell. */
  private static List<String> documentedOptions() throws IOException {
    String doc = Files.readString(Path.of("..", "docs", "scoreboard.md"));
    List<String> options =
        Pattern.compile("(?m)^ +(--[a-z-]+)(?:='([^']*)')?(?: \\\\)?$")
            .matcher(doc)
            .results()
            .map(o -> o.group(2) == null ? o.group(1) : o.group(1) + "=" + o.group(2))
            .toList();
    assertThat(options).hasSize(3);
    return options;
  }

  private static List<String> counts(JsonNode report, String panel) {
    var counts = new ArrayList<String>();
    for (JsonNode row : report.path(panel).path("data")) {
      counts.add(row.path("data").asText() + " " + row.at("/hits/count").asInt());
    }
    return counts;
  }
}
