package dev.holdfast.system.nginx;

import static dev.holdfast.system.nginx.NginxFixture.PREFIX;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The access log: JSON, one line for each request, with the part that served it. */
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

  /** Every odd request has a line in JSON. */
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

  /** Returns requests whose bytes are not UTF-8, with the logged text of each. */
  static Stream<Arguments> requestsThatAreNoUtf8() {
    String valid = "\u00c3\u00a9\u00e2\u0082\u00ac\u00f0\u009f\u0098\u0080";
    return Stream.of(
        request("GET " + PREFIX + "a\u00ffb HTTP/1.1", PREFIX + "a%..."),
        request("PUT " + PREFIX + "\u00ff HTTP/1.1", PREFIX + "%..."),
        request("GET " + PREFIX + valid + " HTTP/1.1", PREFIX + "\u00e9\u20ac\ud83d\ude00"),
        request("GET " + PREFIX + "\u00c3 HTTP/1.1", PREFIX + "%..."), // cut
        request("GET " + PREFIX + "\u00c0\u00af HTTP/1.1", PREFIX + "%..."), // overlong
        request("GET " + PREFIX + "\u00ed\u00a0\u0080 HTTP/1.1", PREFIX + "%..."), // a surrogate
        request("GET " + PREFIX + "\u00f4\u0090\u0080\u0080 HTTP/1.1", PREFIX + "%..."),
        request(
            "GET " + PREFIX + valid + "\u0080\" HTTP/1.1", PREFIX + "\u00e9\u20ac\ud83d\ude00%..."),
        request("GET " + PREFIX + "q?\u00fe HTTP/1.1", PREFIX + "q?%..."),
        request("G\u00ffT " + PREFIX + "name HTTP/1.1", "G%..."),
        request("\u00ff " + PREFIX + "name HTTP/1.1", "%..."),
        request("GET " + PREFIX + "name HTTP/\u00ff", "GET " + PREFIX + "name HTTP/%..."),
        request("GET \u00ff HTTP/1.1", "GET %..."),
        request("\u00ff\u00fe\u0001\"\\\u001f", "%..."),
        request("GET /" + "\u00ff".repeat(7_000) + " HTTP/1.1", "/%..."),
        request(
            "GET /" + "\u00c3\u00a9".repeat(3_500) + " HTTP/1.1", "/" + "\u00e9".repeat(3_500)));
  }

  private static Arguments request(String line, String logged) {
    return Arguments.of(line, logged);
  }

  /** JSON is UTF-8 (RFC 8259, 8.1). This test reads the log strictly, too. */
  @ParameterizedTest
  @MethodSource("requestsThatAreNoUtf8")
  void bytesThatAreNoUtf8_areNotInTheLog(String request, String logged) throws IOException {
    try (var client = NginxFixture.connect(nginx.port())) {
      client.bytes((request + "\r\nHost: a\r\nConnection: close\r\n\r\n").getBytes(ISO_8859_1));
      client.readToEnd();
    }
    assertThat(onlyLine().path("uri").asText()).isEqualTo(logged);
  }

  private JsonNode onlyLine() throws IOException {
    var lines = nginx.stopAndReadLog();
    assertThat(lines).hasSize(1);
    return lines.getFirst();
  }
}
