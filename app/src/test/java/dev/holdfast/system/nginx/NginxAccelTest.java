package dev.holdfast.system.nginx;

import static dev.holdfast.system.nginx.NginxFixture.PREFIX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.RequestHead;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads that the sidecar decides and nginx sends: X-Accel-Redirect. */
final class NginxAccelTest {
  private static final String TARGET = PREFIX + "a%20name";
  private static final String STORED = "~a_name";
  private static final long MTIME_S = 0x12345678L;
  private static final String ETAG = "\"12345678-a\"";

  @TempDir Path directory;
  private NginxFixture nginx;

  @BeforeEach
  void start() throws IOException {
    nginx = NginxFixture.start(directory, 3);
    nginx.publish(STORED, "0123456789", MTIME_S);
    nginx.sidecars().forEach(sidecar -> sidecar.on(redirect()));
  }

  @AfterEach
  void stop() throws IOException {
    nginx.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void published(String method) throws IOException {
    var answer = nginx.ask(method, TARGET);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(method.equals("GET") ? "0123456789" : "");
    assertThat(answer.onlyHeader("Content-Length")).isEqualTo("10");
    assertThat(answer.onlyHeader("Accept-Ranges")).isEqualTo("bytes");
    assertHeadersOfAFile(answer);
    assertThat(nginx.requestLines()).containsExactly(method + " " + TARGET + " HTTP/1.1");
    assertThat(nginx.requests().getFirst().values("X-Holdfast-Accel"))
        .containsExactly("/_published/");
  }

  /** nginx replaces the sidecar's headers about the file, so that none is there twice. */
  @Test
  void aSidecarThatSaysMoreThanItHasTo() throws IOException {
    var more =
        redirect(
            "Cache-Control: no-cache",
            "X-Content-Type-Options: nosniff",
            "Last-Modified: Fri, 31 Dec 1999 23:59:59 GMT");
    nginx.sidecars().forEach(sidecar -> sidecar.on(more));

    var answer = nginx.ask("GET", TARGET);

    assertThat(answer.text()).isEqualTo("0123456789");
    assertHeadersOfAFile(answer);
  }

  @Test
  void range() throws IOException {
    var answer = nginx.ask("GET", TARGET, "Range: bytes=-3");
    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.text()).isEqualTo("789");
    assertThat(answer.onlyHeader("Content-Range")).isEqualTo("bytes 7-9/10");
    assertHeadersOfAFile(answer);
  }

  @Test
  void rangeOutside() throws IOException {
    var answer = nginx.ask("GET", TARGET, "Range: bytes=99-");
    assertThat(answer.status()).isEqualTo(416);
    assertThat(NginxFixture.problem(answer).path("status").asInt()).isEqualTo(416);
    assertThat(answer.onlyHeader("Content-Range")).isEqualTo("bytes */10");
    assertThat(answer.onlyHeader("Cache-Control")).isEqualTo("no-cache");
    assertThat(answer.onlyHeader("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @Test
  void ifNoneMatch() throws IOException {
    var same = nginx.ask("GET", TARGET, "If-None-Match: " + ETAG);
    assertThat(same.status()).isEqualTo(304);
    assertThat(same.onlyHeader("ETag")).isEqualTo(ETAG);
    assertThat(same.onlyHeader("Cache-Control")).isEqualTo("no-cache");
    assertThat(same.headers("Last-Modified")).isEmpty();
  }

  @Test
  void ifMatch() throws IOException {
    assertThat(nginx.ask("GET", TARGET, "If-Match: " + ETAG).status()).isEqualTo(200);
    var other = nginx.ask("GET", TARGET, "If-Match: \"other\"");
    assertThat(other.status()).isEqualTo(412);
    assertThat(NginxFixture.problem(other).path("status").asInt()).isEqualTo(412);
    assertThat(other.onlyHeader("Cache-Control")).isEqualTo("no-store");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void withdrawnInBetween_theSidecarSendsTheFileItself(boolean isLinkedAsAbsent)
      throws IOException {
    nginx.withdraw(STORED);
    if (isLinkedAsAbsent) {
      nginx.link(STORED);
    }

    var answer = nginx.ask("GET", TARGET + "?q=1");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("from the sidecar");
    assertThat(answer.onlyHeader("Content-Type")).isEqualTo("application/octet-stream");
    assertThat(answer.onlyHeader("Cache-Control")).isEqualTo("no-cache");
    assertThat(answer.onlyHeader("Accept-Ranges")).isEqualTo("bytes");
    assertThat(answer.onlyHeader("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.onlyHeader("ETag")).isEqualTo("\"its-own\"");
    assertThat(nginx.requestLines())
        .containsExactly("GET " + TARGET + "?q=1 HTTP/1.1", "GET " + TARGET + "?q=1 HTTP/1.1");
    assertThat(nginx.requests().getFirst().has("X-Holdfast-Accel")).isTrue();
    assertThat(nginx.requests().getLast().has("X-Holdfast-Accel")).isFalse();
  }

  /** nginx has another path internally by then, but finds the owner by the path of the request. */
  @Test
  void withdrawnInBetween_ofManyNamesEachStaysWithItsOwner() throws IOException {
    nginx.withdraw(STORED);
    for (int i = 0; i < 20; i++) {
      nginx.ask("GET", TARGET + i);
    }
    for (StubSidecar sidecar : nginx.sidecars()) {
      var timesAsked =
          sidecar.requests().stream()
              .collect(Collectors.groupingBy(RequestHead::startLine, Collectors.counting()));
      assertThat(timesAsked.values()).isNotEmpty().allMatch(times -> times == 2);
    }
  }

  @Test
  void getWithABody() throws IOException {
    var answer = NginxFixture.ask(nginx.port(), "GET", TARGET, new byte[100_000]);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("0123456789");
  }

  @Test
  void aClientCannotNameThePlaceItself() throws IOException {
    nginx.ask("GET", TARGET, "X-Holdfast-Accel: /etc/");
    assertThat(nginx.requests().getFirst().values("X-Holdfast-Accel"))
        .containsExactly("/_published/");
  }

  /** Returns a script that points to the file if it may, and otherwise sends it. */
  private static StubSidecar.Script redirect(String... more) {
    return (request, in, out) -> {
      request.readBody(in);
      var headers =
          new ArrayList<>(List.of("Content-Type: application/octet-stream", "ETag: \"its-own\""));
      headers.add("X-Holdfast-Served: sidecar");
      if (request.has("X-Holdfast-Accel")) {
        headers.add("X-Accel-Redirect: /_published/" + STORED);
        headers.addAll(List.of(more));
        StubSidecar.write(out, request, "200 OK", "", headers.toArray(String[]::new));
      } else {
        headers.add("Cache-Control: no-cache");
        headers.add("Accept-Ranges: bytes");
        headers.add("X-Content-Type-Options: nosniff");
        StubSidecar.write(
            out, request, "200 OK", "from the sidecar", headers.toArray(String[]::new));
      }
    };
  }

  private static void assertHeadersOfAFile(RawResponse answer) {
    assertThat(answer.onlyHeader("Content-Type")).isEqualTo("application/octet-stream");
    assertThat(answer.onlyHeader("ETag")).isEqualTo(ETAG);
    assertThat(answer.onlyHeader("Cache-Control")).isEqualTo("no-cache");
    assertThat(answer.onlyHeader("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.headers("Last-Modified")).isEmpty();
    assertThat(answer.headers("X-Accel-Redirect")).isEmpty();
    assertThat(answer.headers("X-Holdfast-Served")).isEmpty();
  }
}
