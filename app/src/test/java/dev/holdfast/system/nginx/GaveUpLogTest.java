package dev.holdfast.system.nginx;

import static dev.holdfast.system.nginx.NginxFixture.PREFIX;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.scoreboard.LogReport;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.RawHttp;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The scoreboard's counts of clients that give up, in front of a real nginx. */
@Timeout(1_800)
final class GaveUpLogTest {
  private static final int ANNOUNCED = 1_000_000;
  private static final int SENT = 400_000;

  /** A length above the buffers of the sockets on both sides. */
  private static final int LARGE = 64 << 20;

  @TempDir Path directory;
  private NginxFixture nginx;
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  /** The end of a connection that is given up. */
  enum End {
    CLOSED {
      @Override
      void end(RawHttp client) throws IOException {
        client.close();
      }
    },
    RESET {
      @Override
      void end(RawHttp client) throws IOException {
        client.reset();
      }
    };

    abstract void end(RawHttp client) throws IOException;
  }

  @BeforeEach
  void start() throws IOException {
    nginx = NginxFixture.start(directory, 1);
  }

  @AfterEach
  void stop() throws IOException {
    released.countDown();
    nginx.close();
  }

  @ParameterizedTest
  @EnumSource
  void uploadThatBreaksOff_countsAsSending_withWhatHadCome(End end) throws Exception {
    nginx.sidecar().on((_, in, _) -> read(in, SENT));
    RawHttp client = put("Content-Length: " + ANNOUNCED).bytes(new byte[SENT]);
    asked.await();
    end.end(client);

    JsonNode figures = figures();

    assertThat(figures.at("/statuses/gave_up").asInt()).isOne();
    assertThat(figures.at("/statuses/4xx").asInt()).isZero();
    JsonNode sending = figures.at("/gave_up/by_stage/sending");
    assertThat(sending.path("requests").asInt()).isOne();
    assertThat(sending.path("bytes").asInt()).isBetween(SENT, SENT + 1000);
    assertThat(sending.path("percent_p50").asInt()).isEqualTo(100 * SENT / ANNOUNCED);
  }

  /** nginx holds bytes that it cannot pass on, so it learns later that its client has gone. */
  @ParameterizedTest
  @EnumSource
  void uploadThatBreaksOff_whileTheSidecarDoesNotRead_countsAsSending(End end) throws Exception {
    nginx
        .sidecar()
        .on(
            (_, in, _) -> {
              asked.countDown();
              awaitRelease();
              in.transferTo(OutputStream.nullOutputStream());
            });
    RawHttp client = put("Content-Length: " + LARGE);
    Thread sender = Thread.ofPlatform().start(() -> sendUntilBroken(client));
    asked.await();
    end.end(client);
    sender.join();
    released.countDown();

    JsonNode figures = figures();

    assertThat(figures.at("/statuses/gave_up").asInt()).isOne();
    assertThat(figures.at("/gave_up/by_stage/sending/requests").asInt()).isOne();
    assertThat(figures.at("/gave_up/by_stage/sending/percent_max").asInt()).isLessThan(100);
  }

  /** Nobody knows the length of the whole. */
  @ParameterizedTest
  @EnumSource
  void chunkedUploadThatBreaksOff_countsAsSending(End end) throws Exception {
    nginx.sidecar().on((_, in, _) -> read(in, 4096));
    RawHttp client = put("Transfer-Encoding: chunked").chunk(new byte[4096]).text("1000\r\nhalf");
    asked.await();
    end.end(client);

    JsonNode sending = figures().at("/gave_up/by_stage/sending");

    assertThat(sending.path("requests").asInt()).isOne();
    assertThat(sending.path("bytes").asInt()).isGreaterThan(4096);
    assertThat(sending.path("percent_p50").isNull()).isTrue();
  }

  @Test
  void requestOfWhichNoBodyCame_countsAsSending() throws Exception {
    put("Content-Length: " + ANNOUNCED).close();

    JsonNode sending = figures().at("/gave_up/by_stage/sending");

    assertThat(sending.path("requests").asInt()).isOne();
    assertThat(sending.path("percent_p50").asInt()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void uploadThatCame_andWasNotWaitedFor_countsAsWaiting(End end) throws Exception {
    nginx.sidecar().on((_, in, _) -> read(in, SENT));
    RawHttp client = put("Content-Length: " + SENT).bytes(new byte[SENT]);
    asked.await();
    end.end(client);

    JsonNode figures = figures();

    assertThat(figures.at("/statuses/gave_up").asInt()).isOne();
    assertThat(figures.at("/gave_up/by_stage/waiting/requests").asInt()).isOne();
  }

  @ParameterizedTest
  @EnumSource
  void readThatWasNotWaitedFor_countsAsWaiting(End end) throws Exception {
    nginx.sidecar().on((_, in, _) -> read(in, 0));
    RawHttp client = NginxFixture.connect(nginx.port()).request("GET", PREFIX + "a");
    asked.await();
    end.end(client);

    JsonNode figures = figures();

    assertThat(figures.at("/statuses/4xx").asInt()).isZero();
    assertThat(figures.at("/gave_up/by_stage/waiting/requests").asInt()).isOne();
  }

  /** Its status is 200, and it is not a success. */
  @ParameterizedTest
  @EnumSource
  void downloadThatBreaksOff_countsAsReceiving_andIsNoSuccess(End end) throws Exception {
    nginx.publish("large", "x".repeat(LARGE), 1);
    RawHttp client = NginxFixture.connect(nginx.port()).request("GET", PREFIX + "large");
    assertThat(client.responseHead().status()).isEqualTo(200);
    end.end(client);

    JsonNode figures = figures();

    assertThat(figures.at("/statuses/2xx").asInt()).isZero();
    JsonNode receiving = figures.at("/gave_up/by_stage/receiving");
    assertThat(receiving.path("requests").asInt()).isOne();
    assertThat(receiving.path("bytes").asInt()).isBetween(1, LARGE - 1);
    assertThat(receiving.path("percent_p50").asInt()).isLessThan(100);
  }

  /** The server failed, even if no client was there to see it. */
  @Test
  void sidecarThatEndsItsAnswerEarly_isNoClientThatGaveUp() throws Exception {
    nginx
        .sidecar()
        .on(
            (_, _, out) -> {
              out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf".getBytes(US_ASCII));
              out.flush();
              throw new IOException("dies");
            });
    try (RawHttp client = NginxFixture.connect(nginx.port())) {
      client.request("GET", PREFIX + "a").readToEnd();
    }

    assertThat(figures().at("/gave_up/requests").asInt()).isZero();
  }

  @Test
  void requestsThatWereAnswered_countByTheirStatus() throws Exception {
    nginx.publish("name", "content", 1);
    nginx.ask("GET", PREFIX + "name");
    nginx.ask("HEAD", PREFIX + "name");
    nginx.ask("GET", PREFIX + "%zz");
    nginx.sidecar().on(StubSidecar.answering("503 Service Unavailable", "busy"));
    nginx.ask("GET", PREFIX + "other");
    nginx.sidecar().on(StubSidecar.answering("408 Request Timeout", "too slow"));
    nginx.ask("GET", PREFIX + "other");

    JsonNode figures = figures(5);

    assertThat(figures.at("/gave_up/requests").asInt()).isZero();
    assertThat(figures.at("/statuses/2xx").asInt()).isEqualTo(2);
    assertThat(figures.at("/statuses/4xx").asInt()).isEqualTo(2);
    assertThat(figures.at("/statuses/5xx").asInt()).isOne();
  }

  private RawHttp put(String length) throws IOException {
    return NginxFixture.connect(nginx.port()).request("PUT", PREFIX + "a", length);
  }

  /**
   * Reads so many bytes of a body, tells the test, and then hangs until nginx closes the
   * connection.
   */
  private void read(InputStream in, int count) throws IOException {
    in.skipNBytes(count);
    asked.countDown();
    in.transferTo(OutputStream.nullOutputStream());
  }

  private void awaitRelease() {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void sendUntilBroken(RawHttp client) {
    var part = new byte[1 << 16];
    try {
      for (int sent = 0; sent < LARGE; sent += part.length) {
        client.bytes(part);
      }
    } catch (IOException e) {
      // The test has closed it.
    }
  }

  private JsonNode figures() throws Exception {
    return figures(1);
  }

  private JsonNode figures(int requests) throws Exception {
    awaitLines(requests);
    JsonNode figures = new ObjectMapper().readTree(LogReport.of(nginx.accessLog()).json());
    assertThat(figures.path("garbage_lines").asInt()).isZero();
    return figures;
  }

  private void awaitLines(int count) throws Exception {
    Await.until(
        "nginx has written its log",
        () ->
            Files.exists(nginx.accessLog())
                && Files.readString(nginx.accessLog()).lines().count() == count);
  }
}
