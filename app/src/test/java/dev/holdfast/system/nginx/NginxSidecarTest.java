package dev.holdfast.system.nginx;

import static dev.holdfast.system.nginx.NginxFixture.PREFIX;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.nginx.NginxConfig;
import dev.holdfast.system.RequestHead;
import dev.holdfast.testkit.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The requests that nginx hands to the owner of a name. */
final class NginxSidecarTest {
  private static final int BODY_BYTES_MAX = 1_000_000;

  @TempDir Path directory;
  private NginxFixture nginx;

  @BeforeEach
  void start() throws IOException {
    nginx =
        NginxFixture.start(
            directory, 3, new NginxConfig.Limits(BODY_BYTES_MAX, 2_000, 10_000, 10_000));
  }

  @AfterEach
  void stop() throws IOException {
    nginx.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/fileserver/a%20b%C3%A9",
        "/api/fileserver/a%2Fb",
        "/api/fileserver/a/b//c/",
        "/api/fileserver//",
        "/api/fileserver/%ff%FE",
        "/api/fileserver/a;b=c:@!$&'()*+,",
        "/api/fileserver/%25%3F%23",
        "/api/fileserver/x?a=%zz&b=%00",
        "/api/fileserver/a/../b",
        "/api/fileserver/a/%2e%2E/b",
        "/api/fileserver/.",
        "/api/fileserver/\\",
        "/api/fileserver/<\">|^`{}",
        "/api/fileserver/",
        "/api/fileserver",
        "/api/fileserver?x",
      })
  void theTargetIsPassedOnAsWritten(String target) throws IOException {
    assertThat(nginx.ask("PUT", target).status()).isEqualTo(201);
    assertThat(nginx.requestLines()).containsExactly("PUT " + target + " HTTP/1.1");
  }

  @Test
  void theTargetInAbsoluteForm() throws IOException {
    assertThat(nginx.ask("PUT", "http://else.where:99/api/fileserver/a%41").status())
        .isEqualTo(201);
    assertThat(nginx.requestLines()).containsExactly("PUT /api/fileserver/a%41 HTTP/1.1");
    assertThat(nginx.requests().getFirst().values("Host")).containsExactly("else.where");
  }

  @Test
  void aRawByteIsPassedOn() throws IOException {
    String line = "PUT " + PREFIX + "\u00e9\u00ff HTTP/1.1";
    try (var client = NginxFixture.connect(nginx.port())) {
      client.bytes((line + "\r\nHost: a\r\n\r\n").getBytes(ISO_8859_1)).response();
    }
    assertThat(nginx.requestLines()).containsExactly(line);
  }

  @ParameterizedTest
  @CsvSource({
    "Aa, %41%61",
    "a/b, a%2Fb",
    "a/b, a%2fb",
    "a+b, a%2Bb",
    "~x, %7Ex",
    "Aa, Aa?query",
  })
  void allSpellingsOfANameHaveOneOwner(String one, String other) throws IOException {
    for (int i = 0; i < 20; i++) {
      nginx.ask("PUT", PREFIX + i + one);
      nginx.ask("DELETE", PREFIX + i + other);
    }
    assertThat(nginx.requests()).hasSize(40);
    for (StubSidecar sidecar : nginx.sidecars()) {
      var numbers =
          sidecar.requests().stream()
              .collect(
                  Collectors.groupingBy(
                      r -> r.startLine().replaceAll(".*fileserver/(\\d+).*", "$1"),
                      Collectors.counting()));
      assertThat(numbers.values()).allMatch(count -> count == 2);
    }
  }

  @Test
  void headers() throws IOException {
    nginx.ask(
        "PUT",
        PREFIX + "n",
        "X-HTTP-Method-Override: DELETE",
        "x-http-method-override: DELETE",
        "X-Request-Id: mine",
        "X-Holdfast-Accel: /else/",
        "If-Match: \"x\"",
        "Content-Range: bytes 0-1/2");
    var request = nginx.requests().getFirst();
    assertThat(request.has("X-HTTP-Method-Override")).isFalse();
    assertThat(request.values("Host")).containsExactly("127.0.0.1");
    assertThat(request.values("X-Request-Id"))
        .hasSize(1)
        .first()
        .asString()
        .matches("[0-9a-f]{32}");
    assertThat(request.values("X-Holdfast-Accel")).containsExactly("/_published/");
    assertThat(request.values("If-Match")).containsExactly("\"x\"");
    assertThat(request.values("Content-Range")).containsExactly("bytes 0-1/2");
    assertThat(request.has("Connection")).isFalse();
  }

  @Test
  void aRequestWithoutHost() throws IOException {
    try (var client = NginxFixture.connect(nginx.port())) {
      client.bytes(("DELETE " + PREFIX + "n HTTP/1.0\r\n\r\n").getBytes(ISO_8859_1));
      assertThat(client.response().status()).isEqualTo(201);
    }
    assertThat(nginx.requests().getFirst().values("Host")).containsExactly("holdfast");
  }

  @ParameterizedTest
  @ValueSource(strings = {"404 Not Found", "412 X", "416 X", "500 X", "502 X", "503 X", "504 X"})
  void answersOfTheSidecarPassAsTheyAre(String status) throws IOException {
    nginx
        .sidecars()
        .forEach(
            sidecar ->
                sidecar.on(
                    StubSidecar.answering(
                        status,
                        "{\"its\":\"own\"}",
                        "Content-Type: application/problem+json",
                        "Cache-Control: must-revalidate,no-cache,no-store",
                        "X-Content-Type-Options: nosniff",
                        "Retry-After: 7",
                        "X-Holdfast-Served: sidecar",
                        "Allow: GET")));

    var answer = nginx.ask("GET", PREFIX + "n");

    assertThat(answer.status()).isEqualTo(Integer.parseInt(status.substring(0, 3)));
    assertThat(answer.text()).isEqualTo("{\"its\":\"own\"}");
    assertThat(answer.onlyHeader("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.onlyHeader("Cache-Control")).isEqualTo("must-revalidate,no-cache,no-store");
    assertThat(answer.onlyHeader("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.onlyHeader("Retry-After")).isEqualTo("7");
    assertThat(answer.onlyHeader("Allow")).isEqualTo("GET");
    assertThat(answer.headers("X-Holdfast-Served")).isEmpty();
    assertThat(nginx.requests()).hasSize(1);
  }

  @Test
  void anAnswerWithoutBodyOrType() throws IOException {
    var answer = nginx.ask("PUT", PREFIX + "n");
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.headers("Content-Type")).isEmpty();
    assertThat(answer.headers("Cache-Control")).isEmpty();
  }

  /**
   * nginx does not collect a body first: the sidecar has its bytes while the client still sends.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBodyIsStreamed(boolean chunked) throws Exception {
    BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
    nginx
        .sidecars()
        .forEach(
            sidecar ->
                sidecar.on(
                    (request, in, out) -> {
                      for (int i = 0; i < 2; i++) {
                        byte[] part = chunked ? RequestHead.readChunk(in) : in.readNBytes(5);
                        arrived.add(new String(part, ISO_8859_1));
                      }
                      if (chunked) {
                        RequestHead.readChunk(in);
                      }
                      StubSidecar.write(out, request, "201 Created", "");
                    }));
    try (var client = NginxFixture.connect(nginx.port())) {
      client.request(
          "PUT", PREFIX + "n", chunked ? "Transfer-Encoding: chunked" : "Content-Length: 10");
      client.bytes((chunked ? "5\r\nfirst\r\n" : "first").getBytes(ISO_8859_1));
      assertThat(arrived.poll(Patience.STEP_S, TimeUnit.SECONDS)).isEqualTo("first");
      client.bytes((chunked ? "5\r\nother\r\n0\r\n\r\n" : "other").getBytes(ISO_8859_1));
      assertThat(client.response().status()).isEqualTo(201);
    }
    assertThat(arrived).containsExactly("other");
    assertThat(nginx.requests().getFirst().has("Transfer-Encoding")).isEqualTo(chunked);
    assertThat(nginx.requests().getFirst().has("Content-Length")).isEqualTo(!chunked);
  }

  @Test
  void aClientThatLeavesIsSeenByTheSidecar() throws Exception {
    var started = new CountDownLatch(1);
    BlockingQueue<Integer> ends = new LinkedBlockingQueue<>();
    nginx
        .sidecars()
        .forEach(
            sidecar ->
                sidecar.on(
                    (request, in, out) -> {
                      in.readNBytes(5);
                      started.countDown();
                      ends.add(in.readNBytes(95).length);
                      throw new IOException("the body broke off");
                    }));
    try (var client = NginxFixture.connect(nginx.port())) {
      client.request("PUT", PREFIX + "n", "Content-Length: 100");
      client.bytes("first".getBytes(ISO_8859_1));
      assertThat(started.await(Patience.STEP_S, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(ends.poll(Patience.STEP_S, TimeUnit.SECONDS)).isZero();
  }

  @Test
  void anEarlyAnswerReachesAClientThatStillSends() throws Exception {
    nginx
        .sidecars()
        .forEach(
            sidecar ->
                sidecar.on(
                    (request, in, out) -> {
                      in.readNBytes(5);
                      StubSidecar.write(out, request, "503 Service Unavailable", "full");
                      in.readNBytes(BODY_BYTES_MAX - 5);
                    }));
    try (var client = NginxFixture.connect(nginx.port())) {
      client.request("PUT", PREFIX + "n", "Content-Length: " + BODY_BYTES_MAX);
      client.bytes(new byte[BODY_BYTES_MAX / 2]);
      var answer = client.response();
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.text()).isEqualTo("full");
      client.bytes(new byte[BODY_BYTES_MAX / 2]); // nginx still takes it, so no reset was sent
    }
  }

  @Test
  void aConnectionToASidecarIsUsedAgain() throws Exception {
    BlockingQueue<Object> connections = new LinkedBlockingQueue<>();
    nginx
        .sidecars()
        .forEach(
            sidecar ->
                sidecar.on(
                    (request, in, out) -> {
                      connections.add(in);
                      request.readBody(in);
                      StubSidecar.write(out, request, "200 OK", "");
                    }));
    for (int i = 0; i < 5; i++) {
      nginx.ask("DELETE", PREFIX + "n");
    }
    assertThat(connections).hasSize(5);
    assertThat(connections.stream().distinct()).hasSize(1);
  }
}
