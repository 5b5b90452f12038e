package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Plants what the sampler is there to find: each server lies about one of three files. */
final class SamplerTest {
  private static final FileSet FILES = new FileSet("sample-", 3, 2048);
  private static final String LIED_ABOUT = FILES.name(1);

  private final Client client = new Client();
  private HttpServer server;

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  @Test
  void take_rightBytes() throws Exception {
    assertThat(serving(body -> body).take(6)).isEqualTo(new Sample(6, 0, ""));
  }

  @Test
  void take_oneWrongByte() throws Exception {
    Sample sample =
        serving(
                body -> {
                  body[2047] ^= 1;
                  return body;
                })
            .take(6);

    assertThat(sample.checked()).isEqualTo(6);
    assertThat(sample.wrong()).isEqualTo(2);
    assertThat(sample.first()).contains(LIED_ABOUT, "2047");
  }

  @Test
  void take_tornBody() throws Exception {
    Sample sample = serving(body -> java.util.Arrays.copyOf(body, 2000)).take(3);

    assertThat(sample.wrong()).isEqualTo(1);
    assertThat(sample.first()).contains("2000");
  }

  @Test
  void take_bodyOfAnotherVersion() throws Exception {
    assertThat(serving(_ -> FILES.body(LIED_ABOUT, 2)).take(3).wrong()).isEqualTo(1);
  }

  @Test
  void take_bodyOfAnotherName() throws Exception {
    assertThat(serving(_ -> FILES.body(FILES.name(0), 1)).take(3).wrong()).isEqualTo(1);
  }

  @Test
  void take_absent() throws Exception {
    Sample sample = serving(_ -> null).take(3);

    assertThat(sample.wrong()).isEqualTo(1);
    assertThat(sample.first()).contains("404");
  }

  @Test
  void take_noServer() throws Exception {
    Sampler sampler = serving(body -> body);
    server.stop(0);

    assertThat(sampler.take(2).wrong()).isEqualTo(2);
  }

  /** A server of the files, of which one is changed; null is a 404. */
  private Sampler serving(UnaryOperator<byte[]> lie) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        FileSet.PATH,
        exchange -> {
          String name = exchange.getRequestURI().getPath().substring(FileSet.PATH.length());
          byte[] body = FILES.body(name, 1);
          if (name.equals(LIED_ABOUT)) {
            body = lie.apply(body);
          }
          exchange.sendResponseHeaders(body == null ? 404 : 200, body == null ? -1 : body.length);
          if (body != null) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
    return new Sampler(client, "http://127.0.0.1:" + server.getAddress().getPort(), FILES);
  }
}
