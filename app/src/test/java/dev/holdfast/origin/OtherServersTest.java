package dev.holdfast.origin;

import static dev.holdfast.origin.OriginFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.RawServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * File servers that answer otherwise than the challenge's: what is not surely the file, or surely a
 * confirmation, is taken for neither.
 */
class OtherServersTest {
  private static final String FILE = "Content-Type: application/octet-stream\r\n";

  @TempDir private Path data;
  private OriginFixture f;
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final ByteArrayOutputStream sink = new ByteArrayOutputStream();

  @BeforeEach
  void start() throws IOException {
    f = new OriginFixture(data);
  }

  @AfterEach
  void stop() {
    f.close();
  }

  @Test
  void everyRequest_asksForNoCoding() throws Exception {
    // A close that is not announced may come after the next request was sent, which is lost then.
    try (var _ = answering("204 No Content\r\nConnection: close\r\n\r\n")) {
      f.put("a", "body");
      f.get("a", sink::write);
      f.delete("a");
    }
    assertThat(heads)
        .hasSize(3)
        .allMatch(head -> head.contains("\r\nAccept-Encoding: identity\r\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n" + FILE + "\r\nbody",
        "200 OK\r\nContent-Encoding: BR\r\nContent-Length: 4\r\n" + FILE + "\r\nbody",
        "200 OK\r\nContent-Encoding: identity, gzip\r\nContent-Length: 4\r\n" + FILE + "\r\nbody",
        "200 OK\r\nContent-Encoding: identity\r\nContent-Encoding: deflate\r\nContent-Length: 4\r\n"
            + FILE
            + "\r\nbody",
        "200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 100000000\r\n" + FILE + "\r\nbody",
        "200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"
            + FILE
            + "\r\n4\r\nbody\r\n0\r\n\r\n",
        "200 OK\r\nTransfer-Encoding: gzip, chunked\r\n" + FILE + "\r\n4\r\nbody\r\n0\r\n\r\n",
        "200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n"
            + FILE
            + "\r\n4\r\nbody\r\n0\r\n\r\n",
        "200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 4\r\n" + FILE + "\r\nbody",
        "200 OK\r\nContent-Range: bytes 4-7/8\r\nContent-Length: 4\r\n" + FILE + "\r\nbody",
        "200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n" + FILE + "\r\nbody",
        "200 OK\r\n" + FILE + "\r\nhalf of a body, or all of it",
        "203 Non-Authoritative Information\r\nContent-Length: 4\r\n" + FILE + "\r\nbody",
        "206 Partial Content\r\nContent-Range: bytes 0-3/8\r\nContent-Length: 4\r\n"
            + FILE
            + "\r\nbody",
        "206 Partial Content\r\nContent-Length: 100000000\r\n" + FILE + "\r\nbody",
        "226 IM Used\r\nContent-Length: 4\r\n" + FILE + "\r\nbody",
        "204 No Content\r\n" + FILE + "\r\n",
        "304 Not Modified\r\n" + FILE + "\r\n",
        "404 Not Found\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nbody"
      })
  void get_answeredByAnythingButTheFile_isNonsense(String answer) throws Exception {
    try (var _ = answering(answer)) {
      assertThat(failure(f.get("a", sink::write))).isInstanceOf(Failure.Nonsense.class);
      assertThat(sink.size()).isZero();
      assertThat(f.failures("nonsense")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "200 OK\r\nContent-Encoding: identity\r\nContent-Length: 4\r\n" + FILE + "\r\nbody",
        "200 OK\r\nContent-Encoding: \r\nContent-Length: 4\r\n" + FILE + "\r\nbody",
        "200 OK\r\nTransfer-Encoding: Chunked\r\n" + FILE + "\r\n4\r\nbody\r\n0\r\n\r\n",
        "200 OK\r\nAccept-Ranges: bytes\r\nContent-Length: 4\r\n" + FILE + "\r\nbody"
      })
  void get_answeredByTheFile_isTheFile(String answer) throws Exception {
    try (var _ = answering(answer)) {
      assertThat(f.get("a", sink::write)).isEqualTo(new GetOutcome.Found(4, false));
      assertThat(sink.toString(StandardCharsets.UTF_8)).isEqualTo("body");
    }
  }

  @Test
  void nonsense_showsNoBytesOfTheFile() throws Exception {
    try (var _ = answering("206 Partial Content\r\nContent-Length: 6\r\n" + FILE + "\r\nsecret")) {
      assertThat(failure(f.get("a", sink::write)).detail())
          .isEqualTo("the file server sends a part of the file, which nobody asked for");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "200 OK\r\nContent-Length: 0\r\n\r\n",
        "200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "201 Created\r\nContent-Length: 2\r\n\r\nOK",
        "204 No Content\r\n\r\n"
      })
  void put_answeredBySuccessAlone_isConfirmed(String answer) throws Exception {
    try (var _ = answering(answer)) {
      assertThat(f.put("a", "body")).isInstanceOf(ChangeOutcome.Confirmed.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "200 OK\r\nContent-Length: 2\r\n\r\nOK",
        "200 OK\r\nContent-Length: 1\r\n\r\n\n",
        "200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n \r\n0\r\n\r\n",
        "200 OK\r\n\r\nopen a: no space left on device",
        "202 Accepted\r\nContent-Length: 0\r\n\r\n",
        "207 Multi-Status\r\nContent-Length: 0\r\n\r\n"
      })
  void put_answeredBySuccessAndMore_isUnclear(String answer) throws Exception {
    try (var _ = answering(answer)) {
      assertThat(failure(f.put("a", "body"))).isInstanceOf(Failure.Unclear.class);
      assertThat(failure(f.put("a", "body")).mayHaveActed()).isTrue();
    }
  }

  @Test
  void delete_answeredByAnotherSuccess_isUnclear() throws Exception {
    try (var _ = answering("202 Accepted\r\nContent-Length: 0\r\n\r\n")) {
      assertThat(failure(f.delete("a"))).isInstanceOf(Failure.Unclear.class);
    }
  }

  @Test
  void delete_answeredByACoded404_isNonsense_sinceItMayBeTheRoutersOwn() throws Exception {
    try (var _ =
        answering("404 Not Found\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nbody")) {
      assertThat(failure(f.delete("a"))).isInstanceOf(Failure.Nonsense.class);
    }
  }

  /** Every request gets this answer, on a connection of its own. */
  private RawServer answering(String answer) throws IOException {
    var server =
        new RawServer(
            (client, connection) -> {
              heads.add(client.request());
              client.send("HTTP/1.1 " + answer);
            });
    f.replace(server.uri(), 60_000, 1);
    return server;
  }
}
