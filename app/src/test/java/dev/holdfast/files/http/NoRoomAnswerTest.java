package dev.holdfast.files.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.http.HttpLimits;
import dev.holdfast.http.HttpService;
import dev.holdfast.metrics.Scrape;
import dev.holdfast.staging.NoRoomException;
import dev.holdfast.testkit.Patience;
import io.javalin.http.Handler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** A body finds no room when its answer has begun already. */
final class NoRoomAnswerTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  private static final String PUT = "PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";

  @Test
  void beforeTheAnswer_is503() throws Exception {
    assertThat(
            answerOf(
                GET,
                _ -> {
                  throw noRoom();
                }))
        .startsWith("HTTP/1.1 503 ")
        .contains("application/problem+json")
        .contains("Retry-After: ")
        .contains("the disk of the staging store is full");
  }

  /** Headers of the answer that was meant say nothing about the error. */
  @Test
  void headersAreSet_areDropped() throws Exception {
    assertThat(
            answerOf(
                GET,
                ctx -> {
                  ctx.header("ETag", "\"1\"").header("Content-Encoding", "zstd").status(201);
                  throw noRoom();
                }))
        .startsWith("HTTP/1.1 503 ")
        .contains("the disk of the staging store is full")
        .doesNotContain("ETag")
        .doesNotContain("Content-Encoding");
  }

  /** The client would take the text of the error for a part of the body. */
  @Test
  void partOfTheAnswerIsSent_isCutOff() throws Exception {
    String answer =
        answerOf(
            PUT,
            ctx -> {
              ctx.res().setContentLength(1_000);
              ctx.res().getOutputStream().write("begun".getBytes(US_ASCII));
              ctx.res().flushBuffer();
              throw noRoom();
            });

    assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nbegun");
  }

  private static IOException noRoom() {
    IOException noRoom = NoRoomException.orAsItIs(new IOException("No space left on device"));
    assertThat(noRoom).isInstanceOf(NoRoomException.class);
    return noRoom;
  }

  /** Returns all that comes until the connection is closed. */
  private static String answerOf(String request, Handler handler) throws Exception {
    try (var service =
            HttpService.start(
                "127.0.0.1",
                0,
                HttpLimits.DEFAULT,
                () -> true,
                new Scrape(),
                routes -> {
                  Answers.addTo(routes);
                  routes.get("/a", handler);
                  routes.put("/a", handler);
                });
        var socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
      socket.setSoTimeout((int) Patience.STEP.toMillis());
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }
}
