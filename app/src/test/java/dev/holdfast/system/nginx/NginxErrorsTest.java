package dev.holdfast.system.nginx;

import static dev.holdfast.system.nginx.NginxFixture.PREFIX;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.nginx.NginxConfig;
import dev.holdfast.system.RequestHead;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.RawResponse;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that nginx refuses itself. The answer is always a problem, and never a file or another
 * name.
 */
final class NginxErrorsTest {
  private static final int BODY_BYTES_MAX = 1_000;

  @TempDir Path directory;
  private NginxFixture nginx;

  @BeforeEach
  void start() throws IOException {
    nginx =
        NginxFixture.start(directory, 3, new NginxConfig.Limits(BODY_BYTES_MAX, 2_000, 500, 500));
    nginx.publish("name", "secret", 1);
  }

  @AfterEach
  void stop() throws IOException {
    nginx.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/api/fileserver/%zz, 400",
    "/api/fileserver/%, 400",
    "/api/fileserver/%4, 400",
    "/api/fileserver/a%00b, 400",
    "/api/fileserver/.., 400",
    "/api/fileserver/../x, 400",
    "/api/fileserver/%2e%2e/x, 400",
    "/api/fileserver/..%2fx, 400",
    "/api/fileserver/a/../../name, 400",
    "/api/fileserver/../../_published/name, 400",
    "/api/fileserver/../../_problem, 404",
    "/../api/fileserver/name, 400",
    "/_published/name, 404",
    "/_published/, 404",
    "/%5fpublished/name, 404",
    "//_published/name, 404",
    "/_problem, 404",
    "/_problem/range, 404",
    "/x/../api/fileserver/name, 404",
    "/./api/fileserver/name, 404",
    "/api/fileserver%2Fname, 404",
    "/api//fileserver/name, 404",
    "/api/fileservername, 404",
    "/api/fileserver/name#x, 404",
    "/API/fileserver/name, 404",
    "/, 404",
    "/name, 404",
    "*, 400",
    "nonsense, 400",
  })
  void wrongTargets(String target, int status) throws IOException {
    for (String method : new String[] {"GET", "PUT", "DELETE"}) {
      assertProblem(nginx.ask(method, target), status);
    }
    assertThat(nginx.requests()).isEmpty();
  }

  @Test
  void head() throws IOException {
    var answer = nginx.ask("HEAD", "/nowhere");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.onlyHeader("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.text()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TRACE /api/fileserver/name HTTP/1.1\r\nHost: a\r\n\r\n",
        "TRACE /nowhere HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT /api/fileserver/name HTTP/1.1\r\nHost: a\r\n\r\n",
      })
  void methodsThatNginxRefuses(String request) throws IOException {
    var answer = sendRaw(request);
    assertProblem(answer, 405);
    assertThat(answer.onlyHeader("Allow")).isEqualTo("DELETE, GET, HEAD, OPTIONS, PUT");
    assertThat(nginx.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'CONNECT a:80 HTTP/1.1|Host: a:80||', 400",
    "'get /api/fileserver/name HTTP/1.1|Host: a||', 400",
    "'nonsense||', 400",
    "'GET /api/fileserver/a b HTTP/1.1|Host: a||', 400",
    "'GET /api/fileserver/name HTTP/1.1||', 400",
    "'GET /api/fileserver/name HTTP/1.1|Host: a|Host: b||', 400",
    "'PUT /api/fileserver/n HTTP/1.1|Host: a|Content-Length: x||', 400",
    "'PUT /api/fileserver/n HTTP/1.1|Host: a|Content-Length: 1|Transfer-Encoding: chunked||', 400",
    "'PUT /api/fileserver/n HTTP/1.1|Host: a|Transfer-Encoding: gzip||', 501",
    "'GET /api/fileserver/name HTTP/3.0|Host: a||', 505",
  })
  void malformedRequests(String request, int status) throws IOException {
    assertProblem(sendRaw(request.replace("|", "\r\n")), status);
    assertThat(nginx.requests()).isEmpty();
  }

  @Test
  void requestLineTooLong() throws IOException {
    assertProblem(nginx.ask("GET", PREFIX + "n".repeat(10_000)), 414);
  }

  @Test
  void headerTooLarge() throws IOException {
    assertProblem(nginx.ask("GET", PREFIX + "n", "X-Large: " + "n".repeat(10_000)), 431);
  }

  @Test
  void bodyTooLarge_refusedBeforeItIsSent() throws IOException {
    try (var client = NginxFixture.connect(nginx.port())) {
      client.request("PUT", PREFIX + "n", "Content-Length: " + (BODY_BYTES_MAX + 1));
      assertProblem(client.response(), 413);
    }
    assertThat(nginx.requests()).isEmpty();
  }

  /** The client first gets the answer, and not 100 Continue. */
  @Test
  void bodyTooLarge_withExpect() throws IOException {
    try (var client = NginxFixture.connect(nginx.port())) {
      client.request(
          "PUT", PREFIX + "n", "Content-Length: " + (BODY_BYTES_MAX + 1), "Expect: 100-continue");
      assertProblem(client.response(), 413);
    }
    assertThat(nginx.requests()).isEmpty();
  }

  @Test
  void bodyOfTheLimit_withExpect() throws IOException {
    try (var client = NginxFixture.connect(nginx.port())) {
      client.request(
          "PUT", PREFIX + "n", "Content-Length: " + BODY_BYTES_MAX, "Expect: 100-continue");
      assertThat(client.response().status()).isEqualTo(100);
      client.bytes(new byte[BODY_BYTES_MAX]);
      assertThat(client.response().status()).isEqualTo(201);
    }
  }

  @Test
  void bodyTooLarge_chunked() throws Exception {
    var arrived = new CountDownLatch(1);
    var brokeOff = new CountDownLatch(1);
    nginx
        .sidecars()
        .forEach(
            sidecar ->
                sidecar.on(
                    (request, in, out) -> {
                      RequestHead.readChunk(in);
                      arrived.countDown();
                      try {
                        RequestHead.readChunk(in);
                      } catch (EOFException e) {
                        brokeOff.countDown();
                        throw e;
                      }
                    }));
    try (var client = NginxFixture.connect(nginx.port())) {
      client.request("PUT", PREFIX + "n", "Transfer-Encoding: chunked");
      client.bytes(("258\r\n" + "x".repeat(600) + "\r\n").getBytes(ISO_8859_1));
      assertThat(arrived.await(Patience.STEP_S, TimeUnit.SECONDS)).isTrue();
      client.bytes(("258\r\n" + "x".repeat(600) + "\r\n").getBytes(ISO_8859_1));
      assertProblem(client.response(), 413);
    }
    assertThat(brokeOff.await(Patience.STEP_S, TimeUnit.SECONDS)).isTrue();
  }

  /** The other sidecars are up, and get no request for the dead one's names. */
  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE"})
  void deadSidecar(String method) throws IOException {
    nginx.ask("PUT", PREFIX + "mine");
    var owner =
        nginx.sidecars().stream().filter(s -> !s.requests().isEmpty()).findFirst().orElseThrow();
    owner.close();

    for (int i = 0; i < 20; i++) {
      var answer = nginx.ask(method, PREFIX + "mine");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.onlyHeader("Retry-After")).isEqualTo("1");
      assertThat(answer.onlyHeader("Cache-Control")).isEqualTo("no-store");
      assertThat(answer.onlyHeader("Content-Type")).isEqualTo("application/problem+json");
    }
    assertThat(nginx.requests()).hasSize(1);
    assertThat(nginx.ask("GET", PREFIX + "name").status()).isEqualTo(200);
  }

  @Test
  void sidecarThatResets() throws IOException {
    nginx
        .sidecars()
        .forEach(
            sidecar ->
                sidecar.on(
                    (request, in, out) -> {
                      throw new IOException("closes the connection without an answer");
                    }));
    assertUnavailable(nginx.ask("DELETE", PREFIX + "n"));
    assertThat(nginx.requests()).hasSize(1);
  }

  /** A second request would advance the sequence a second time. */
  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void sidecarThatResets_next_isAskedOnce(String method) throws IOException {
    nginx.sidecars().forEach(sidecar -> sidecar.on((request, in, out) -> drop()));
    assertUnavailable(nginx.ask(method, "/next", "Content-Length: 0"));
    assertThat(nginx.requestLines()).containsExactly(method + " /next HTTP/1.1");
  }

  /** On a used connection a client may suppose that nobody got the request. */
  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void sidecarThatResets_next_onAKeptConnection_isAskedOnce(String method) throws IOException {
    var connections = new CopyOnWriteArrayList<InputStream>();
    nginx
        .sidecars()
        .forEach(
            sidecar ->
                sidecar.on(
                    (request, in, out) -> {
                      connections.add(in);
                      if (connections.size() > 1) {
                        drop();
                      }
                      StubSidecar.write(out, request, "200 OK", "{\"next\": 1}");
                    }));
    try (var client = NginxFixture.connect(nginx.port())) {
      client.request(method, "/next", "Content-Length: 0");
      assertThat(client.response().status()).isEqualTo(200);
      client.request(method, "/next", "Content-Length: 0");
      assertUnavailable(client.response());
    }
    assertThat(nginx.requests()).hasSize(2);
    assertThat(connections.getLast()).as("the connection").isSameAs(connections.getFirst());
  }

  private static void drop() throws IOException {
    throw new IOException("closes the connection without an answer");
  }

  @Test
  void sidecarThatDoesNotAnswerInTime() throws Exception {
    var done = new CountDownLatch(1);
    nginx
        .sidecars()
        .forEach(
            sidecar ->
                sidecar.on(
                    (request, in, out) -> {
                      try {
                        done.await();
                      } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                      }
                    }));
    assertUnavailable(nginx.ask("GET", PREFIX + "n"));
    done.countDown();
    assertThat(nginx.requests()).hasSize(1);
  }

  @Test
  void sidecarDiesBetweenItsRedirectAndTheSecondRequest() throws IOException {
    nginx
        .sidecars()
        .forEach(
            sidecar ->
                sidecar.on(
                    (request, in, out) -> {
                      if (!request.has("X-Holdfast-Accel")) {
                        throw new IOException("closes the connection without an answer");
                      }
                      StubSidecar.write(
                          out,
                          request,
                          "200 OK",
                          "",
                          "X-Accel-Redirect: /_published/gone",
                          "Content-Type: application/octet-stream");
                    }));
    assertUnavailable(nginx.ask("GET", PREFIX + "n"));
  }

  /**
   * A link to a directory says that there is no file. The Location of the 301 that nginx makes of
   * it first stays in the answer: nginx cannot remove it, and in a 404 it means nothing.
   */
  @Test
  void linkInPublished() throws IOException {
    nginx.link("link");
    RawResponse answer = nginx.ask("GET", PREFIX + "link");
    assertProblem(answer, 404);
    assertThat(answer.headers("Location")).hasSize(1);
    assertThat(nginx.requests()).isEmpty();
  }

  private RawResponse sendRaw(String request) throws IOException {
    try (var client = NginxFixture.connect(nginx.port())) {
      client.bytes(request.getBytes(ISO_8859_1));
      return client.response();
    }
  }

  private static void assertUnavailable(RawResponse answer) throws IOException {
    assertProblem(answer, 503);
    assertThat(answer.onlyHeader("Retry-After")).isEqualTo("1");
  }

  private static void assertProblem(RawResponse answer, int status) throws IOException {
    assertThat(answer.version()).isEqualTo("HTTP/1.1");
    assertThat(answer.status()).isEqualTo(status);
    var problem = NginxFixture.problem(answer);
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("title").asText()).isNotEmpty().isNotEqualTo("Error");
    assertThat(problem.path("detail").asText()).isNotEmpty();
    assertThat(answer.onlyHeader("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.onlyHeader("X-Content-Type-Options")).isEqualTo("nosniff");
  }
}
