package dev.holdfast.files.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.http.HttpLimits;
import dev.holdfast.http.HttpService;
import dev.holdfast.metrics.Scrape;
import dev.holdfast.testkit.Patience;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file that turns out shorter than it is said to be, while it is being sent. */
class SendFileTest {
  /**
   * A short answer is either an error or one that ends before its announced length. The last rows
   * miss fewer bytes than the text of an error has.
   */
  @ParameterizedTest
  @CsvSource({
    "1000, 0, bytes=0-",
    "1000, 999, bytes=0-",
    "1000, 10, bytes=500-",
    "1000, 600, bytes=500-",
    "10000000, 5000000, bytes=0-",
    "10000000, 9999999, bytes=0-",
    "10000000, 9999950, bytes=0-",
    "200000, 199990, bytes=1-"
  })
  void shortFile_isNeverACompleteAnswer(int announced, int there, String range) throws Exception {
    var file = new Description("\"1\"", announced, "no-cache", "");
    try (var service =
        HttpService.start(
            "127.0.0.1",
            0,
            HttpLimits.DEFAULT,
            () -> true,
            new Scrape(),
            routes ->
                routes.get(
                    "/a",
                    ctx -> SendFile.send(ctx, file, new ByteArrayInputStream(new byte[there]))))) {
      assertIncomplete(ask(service.port(), ""), "200");
      assertIncomplete(ask(service.port(), "Range: " + range + "\r\n"), "206");
    }
  }

  private static void assertIncomplete(String answer, String statusOfAFile) {
    int end = answer.indexOf("\r\n\r\n");
    String head = answer.substring(0, end);
    String body = answer.substring(end + 4);
    int length = Integer.parseInt(head.replaceFirst("(?s).*Content-Length: (\\d+).*", "$1"));
    if (head.startsWith("HTTP/1.1 500 ")) {
      assertThat(head).contains("application/problem+json").doesNotContain("ETag");
      assertThat(body).hasSize(length).startsWith("{").endsWith("}");
    } else {
      assertThat(head).startsWith("HTTP/1.1 " + statusOfAFile + " ");
      assertThat(body.length()).isLessThan(length);
      assertThat(body).as("bytes of the file alone").doesNotContain("title");
    }
  }

  /** All that comes until the connection is closed, at the latest after the next request. */
  private static String ask(int port, String header) throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) Patience.STEP.toMillis());
      String request = "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + header + "\r\n";
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }
}
