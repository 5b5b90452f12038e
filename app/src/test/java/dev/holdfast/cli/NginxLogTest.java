package dev.holdfast.cli;

import static dev.holdfast.cli.NginxFixture.PREFIX;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The access log: JSON, one line a request, and who served it. */
final class NginxLogTest {
  @TempDir Path directory;
  private NginxFixture nginx;

  @BeforeEach
  void start() throws IOException {
    nginx = NginxFixture.start(directory, 1);
    nginx.publish("name", "0123456789", 1);
  }

  @AfterEach
  void stop() throws IOException {
    nginx.close();
  }

  @Test
  void whatALineSays() throws IOException {
    nginx.sidecar().on(StubSidecar.answering("201 Created", "", "X-Holdfast-Served: origin"));
    nginx.ask("PUT", PREFIX + "a%20\"b?q");
    var id = nginx.requests().getFirst().values("X-Request-Id").getFirst();

    var line = onlyLine();

    assertThat(OffsetDateTime.parse(line.path("time").asText())).isNotNull();
    assertThat(line.path("method").asText()).isEqualTo("PUT");
    assertThat(line.path("uri").asText()).isEqualTo(PREFIX + "a%20\"b?q");
    assertThat(line.path("status").isInt()).isTrue();
    assertThat(line.path("status").asInt()).isEqualTo(201);
    assertThat(line.path("bytes_sent").asLong()).isPositive();
    assertThat(line.path("request_time_s").isNumber()).isTrue();
    assertThat(line.path("upstream_time_s").asText()).matches("\\d+\\.\\d{3}");
    assertThat(line.path("request_id").asText()).isEqualTo(id);
    assertThat(line.path("served_by").asText()).isEqualTo("origin");
  }

  @Test
  void published_servedByNginx() throws IOException {
    nginx.ask("HEAD", PREFIX + "name");
    var line = onlyLine();
    assertThat(line.path("method").asText()).isEqualTo("HEAD");
    assertThat(line.path("served_by").asText()).isEqualTo("nginx");
    assertThat(line.path("upstream_time_s").asText()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"sidecar, sidecar", "origin, origin", "nonsense, sidecar", "'', sidecar"})
  void servedByWhomTheSidecarNames(String named, String logged) throws IOException {
    var header = named.isEmpty() ? "X-Else: x" : "X-Holdfast-Served: " + named;
    nginx.sidecar().on(StubSidecar.answering("404 Not Found", "", header));
    nginx.ask("GET", PREFIX + "other");
    assertThat(onlyLine().path("served_by").asText()).isEqualTo(logged);
  }

  @ParameterizedTest
  @CsvSource({"sidecar", "origin"})
  void accelRedirect_servedByWhomTheSidecarNames(String named) throws IOException {
    nginx
        .sidecar()
        .on(
            StubSidecar.answering(
                "200 OK",
                "",
                "X-Accel-Redirect: /_published/name",
                "Content-Type: application/octet-stream",
                "X-Holdfast-Served: " + named));
    var answer = nginx.ask("GET", PREFIX + "%6eame");
    assertThat(answer.text()).isEqualTo("0123456789");
    assertThat(answer.headers("X-Holdfast-Served")).isEmpty();

    var line = onlyLine();
    assertThat(line.path("served_by").asText()).isEqualTo(named);
    assertThat(line.path("status").asInt()).isEqualTo(200);
    assertThat(line.path("uri").asText()).isEqualTo(PREFIX + "%6eame");
  }

  @Test
  void withdrawnInBetween_servedByWhoAnsweredLast() throws IOException {
    nginx
        .sidecar()
        .on(
            (request, in, out) -> {
              boolean first = request.has("X-Holdfast-Accel");
              StubSidecar.write(
                  out,
                  request,
                  "200 OK",
                  first ? "" : "content",
                  first ? "X-Accel-Redirect: /_published/gone" : "X-Else: x",
                  "X-Holdfast-Served: " + (first ? "sidecar" : "origin"));
            });
    nginx.ask("GET", PREFIX + "gone");
    assertThat(onlyLine().path("served_by").asText()).isEqualTo("origin");
  }

  @Test
  void deadSidecar_servedByNginx() throws IOException {
    nginx.sidecar().close();
    nginx.ask("DELETE", PREFIX + "n");
    var line = onlyLine();
    assertThat(line.path("method").asText()).isEqualTo("DELETE");
    assertThat(line.path("status").asInt()).isEqualTo(503);
    assertThat(line.path("served_by").asText()).isEqualTo("nginx");
  }

  @Test
  void refusedByNginx() throws IOException {
    nginx.ask("PUT", PREFIX + "%zz\"");
    var line = onlyLine();
    assertThat(line.path("status").asInt()).isEqualTo(400);
    assertThat(line.path("method").asText()).isEqualTo("PUT");
    assertThat(line.path("uri").asText()).contains(PREFIX + "%zz\"");
    assertThat(line.path("served_by").asText()).isEqualTo("nginx");
  }

  /** Every odd request has a line that is JSON. */
  @Test
  void oddRequests() throws IOException {
    for (String request :
        List.of(
            "nonsense\r\n\r\n",
            "GET " + PREFIX + "name\r\n", // HTTP/0.9
            "GET /\"\\ HTTP/1.1\r\nHost: \"\r\nConnection: close\r\n\r\n",
            "GET /" + "n".repeat(10_000) + " HTTP/1.1\r\n\r\n")) {
      try (var client = NginxFixture.connect(nginx.port())) {
        client.bytes(request.getBytes(ISO_8859_1));
        client.readToEnd();
      }
    }
    assertThat(nginx.stopAndReadLog()).hasSize(4).allMatch(line -> line.path("status").isInt());
  }

  private JsonNode onlyLine() throws IOException {
    var lines = nginx.stopAndReadLog();
    assertThat(lines).hasSize(1);
    return lines.getFirst();
  }
}
