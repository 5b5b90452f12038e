package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Plants errors for the sampler to find: each server lies about one of three files. */
final class SamplerTest {
  private static final FileSet FILES = new FileSet("sample-", 3, 2048);
  private static final String LIED_ABOUT = FILES.name(1);

  private final Client client = new Client();
  private UnaryOperator<byte[]> lie = body -> body;
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
    Sample sample = serving(body -> Arrays.copyOf(body, 2000)).take(3);

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

  /** A load that has ended still fills the file server for a moment. */
  @Test
  void take_refusedTwice_fileServersAlone() throws Exception {
    assertThat(refusing(2, Candidate.BARE.refusalsMax()).take(3)).isEqualTo(new Sample(3, 0, ""));
  }

  @Test
  void take_refusedTwiceThenWrong_fileServersAlone() throws Exception {
    lie = _ -> FILES.body(LIED_ABOUT, 2);

    Sample sample = refusing(2, Candidate.BARE.refusalsMax()).take(3);

    assertThat(sample.wrong()).isEqualTo(1);
    assertThat(sample.first()).contains(LIED_ABOUT, "wrong from byte");
  }

  @Test
  void take_refusedOnceMoreThanMayBe() throws Exception {
    Sample sample = refusing(3, 2).take(3);

    assertThat(sample.wrong()).isEqualTo(1);
    assertThat(sample.first()).contains("429");
  }

  @Test
  void take_refusedByFront() throws Exception {
    for (Candidate front : EnumSet.complementOf(EnumSet.of(Candidate.BARE))) {
      assertThat(front.refusalsMax()).as(front.title()).isZero();
    }

    Sample sample = refusing(1, Candidate.HOLDFAST.refusalsMax()).take(3);

    assertThat(sample.wrong()).isEqualTo(1);
    assertThat(sample.first()).contains("429");
  }

  @Test
  void take_noServer() throws Exception {
    Sampler sampler = serving(body -> body);
    server.stop(0);

    assertThat(sampler.take(2).wrong()).isEqualTo(2);
  }

  /** Starts a server of the files, one of which is changed; null makes it a 404. */
  private Sampler serving(UnaryOperator<byte[]> lie) throws IOException {
    this.lie = lie;
    return refusing(0, 0);
  }

  /** Starts a server that answers 429 to the first requests for that file. */
  private Sampler refusing(int refusals, int refusalsMax) throws IOException {
    var left = new AtomicInteger(refusals);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        FileSet.PATH,
        exchange -> {
          String name = exchange.getRequestURI().getPath().substring(FileSet.PATH.length());
          byte[] body = FILES.body(name, 1);
          boolean refused = name.equals(LIED_ABOUT) && left.getAndDecrement() > 0;
          if (name.equals(LIED_ABOUT)) {
            body = refused ? null : lie.apply(body);
          }
          int status = refused ? 429 : body == null ? 404 : 200;
          exchange.sendResponseHeaders(status, body == null ? -1 : body.length);
          if (body != null) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
    return new Sampler(
        client, "http://127.0.0.1:" + server.getAddress().getPort(), FILES, refusalsMax);
  }
}
