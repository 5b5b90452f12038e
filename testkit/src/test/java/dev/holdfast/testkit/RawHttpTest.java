package dev.holdfast.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RawHttpTest {
  private static final Duration TIMEOUT = Patience.STEP;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;
  private URI base;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
    base = URI.create("http://localhost:" + server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void bodyByLength_andConnectionReuse() throws IOException {
    serve(RawHttpTest::echo);
    try (RawHttp http = RawHttp.connect(base, TIMEOUT)) {
      for (String body : List.of("one", "", "three")) {
        RawResponse response =
            http.request("PUT", "/echo", "Content-Length: " + body.length())
                .text(body)
                .finalResponse();
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo(body);
        assertThat(http.isReusable()).isTrue();
      }
    }
  }

  @Test
  void chunkedBothWays() throws IOException {
    serve(
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    try (RawHttp http = RawHttp.connect(base, TIMEOUT)) {
      http.request("PUT", "/", "Transfer-Encoding: chunked");
      http.chunk("in ".getBytes(UTF_8)).chunk("parts".getBytes(UTF_8)).lastChunk();
      RawResponse response = http.response();
      assertThat(response.header("transfer-ENCODING")).contains("chunked");
      assertThat(response.text()).isEqualTo("in parts");
      assertThat(http.isReusable()).isTrue();
    }
  }

  @Test
  void headersOfSeveralLines_inAnyCase() throws IOException {
    serve(
        exchange -> {
          exchange.getResponseHeaders().put("X-many", List.of("a", "b"));
          exchange.sendResponseHeaders(204, -1);
        });
    try (RawHttp http = RawHttp.connect(base, TIMEOUT)) {
      RawResponse response = http.request("GET", "/").response();
      assertThat(response.headers("x-MANY")).containsExactly("a", "b");
      assertThat(response.header("X-Many")).contains("a");
      assertThat(response.header("X-None")).isEmpty();
    }
  }

  @Test
  void exactTarget_isSentAsItIs() throws IOException {
    serve(exchange -> answer(exchange, exchange.getRequestURI().getRawPath()));
    try (RawHttp http = RawHttp.connect(base, TIMEOUT)) {
      assertThat(http.request("GET", "/%41/%2e%2E//x").response().text())
          .isEqualTo("/%41/%2e%2E//x");
    }
  }

  @Test
  void headAnswer_hasNoBodyWhateverItsLengthSays() throws IOException {
    serve(
        exchange -> {
          exchange.getResponseHeaders().add("Content-Length", "5");
          exchange.sendResponseHeaders(200, -1);
        });
    try (RawHttp http = RawHttp.connect(base, TIMEOUT)) {
      RawResponse response = http.request("HEAD", "/").response();
      assertThat(response.header("Content-Length")).contains("5");
      assertThat(response.body()).isEmpty();
    }
  }

  @Test
  void continue_isSeenBeforeTheBodyIsSent() throws IOException {
    serve(RawHttpTest::echo);
    try (RawHttp http = RawHttp.connect(base, TIMEOUT)) {
      http.request("PUT", "/", "Content-Length: 4", "Expect: 100-continue");
      assertThat(http.response().status()).isEqualTo(100);
      assertThat(http.text("body").response().text()).isEqualTo("body");
    }
  }

  @Test
  void brokenOff_byReset_theServerReadsAnError() throws Exception {
    CompletableFuture<String> seen = new CompletableFuture<>();
    CompletableFuture<Void> started = new CompletableFuture<>();
    serve(
        exchange -> {
          started.complete(null);
          try {
            seen.complete("body of " + exchange.getRequestBody().readAllBytes().length);
          } catch (IOException e) {
            seen.complete("error");
          }
        });
    RawHttp http = RawHttp.connect(base, TIMEOUT);
    http.request("PUT", "/", "Content-Length: 10").text("half ");
    started.get(Patience.STEP_S, TimeUnit.SECONDS);
    http.reset();
    assertThat(seen.get(Patience.STEP_S, TimeUnit.SECONDS)).isEqualTo("error");
    assertThat(http.isReusable()).isFalse();
  }

  @Test
  void finish_endsTheRequestInOrder_andTheAnswerIsStillRead() throws Exception {
    try (Peer peer = new Peer("HTTP/1.0 200 OK\r\n\r\nto the end");
        RawHttp http = RawHttp.connect(peer.uri(), TIMEOUT)) {
      http.text("GET / HTTP/1.0\r\n\r\n").finish();
      assertThat(peer.received.get(Patience.STEP_S, TimeUnit.SECONDS))
          .isEqualTo("GET / HTTP/1.0\r\n\r\n");
      assertThat(http.response().text()).isEqualTo("to the end");
      assertThat(http.isReusable()).isFalse();
      assertThat(http.isEndedByPeer()).isTrue();
    }
  }

  @Test
  void reset_reachesThePeerAsAReset() throws Exception {
    try (Peer peer = new Peer("")) {
      RawHttp http = RawHttp.connect(peer.uri(), TIMEOUT);
      http.text("PUT ");
      http.reset();
      assertThatThrownBy(() -> peer.received.get(Patience.STEP_S, TimeUnit.SECONDS))
          .hasCauseInstanceOf(SocketException.class);
    }
  }

  @Test
  void connectionClose_isNotReusable() throws IOException {
    serve(RawHttpTest::echo);
    try (RawHttp http = RawHttp.connect(base, TIMEOUT)) {
      http.request("GET", "/", "Connection: close").response();
      assertThat(http.isReusable()).isFalse();
      assertThat(http.isEndedByPeer()).isTrue();
    }
  }

  @Test
  void headAlone_thenPartOfTheBody() throws IOException {
    serve(exchange -> answer(exchange, "0123456789"));
    try (RawHttp http = RawHttp.connect(base, TIMEOUT)) {
      assertThat(http.request("GET", "/").responseHead().status()).isEqualTo(200);
      assertThat(http.read(4)).isEqualTo("0123".getBytes(UTF_8));
      assertThat(http.isReusable()).isFalse();
    }
  }

  @Test
  void responseCutShort_isAnError() throws Exception {
    for (String cut :
        List.of(
            "HTTP/1.1 200 OK\r\nContent-Le",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfour",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")) {
      assertThatThrownBy(() -> responseOf(cut)).as(cut).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void responseThatIsNoHttp_isAnError() {
    for (String wrong :
        List.of(
            "hello\r\n\r\n",
            "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n")) {
      assertThatThrownBy(() -> responseOf(wrong)).as(wrong).isInstanceOf(ProtocolException.class);
    }
  }

  @Test
  void silence_isATimeout() {
    serve(_ -> {});
    assertThatThrownBy(
            () -> {
              try (RawHttp http = RawHttp.connect(base, Duration.ofMillis(50))) {
                http.request("GET", "/").response();
              }
            })
        .isInstanceOf(SocketTimeoutException.class);
  }

  private static RawResponse responseOf(String wire) throws Exception {
    try (Peer peer = new Peer(wire);
        RawHttp http = RawHttp.connect(peer.uri(), TIMEOUT)) {
      return http.text("GET / HTTP/1.1\r\n\r\n").finish().response();
    }
  }

  private void serve(HttpHandler handler) {
    server.createContext("/", handler);
  }

  private static void echo(HttpExchange exchange) throws IOException {
    answer(exchange, new String(exchange.getRequestBody().readAllBytes(), UTF_8));
  }

  private static void answer(HttpExchange exchange, String text) throws IOException {
    byte[] body = text.getBytes(UTF_8);
    exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  /** Takes one connection, reads it to its end, then sends its answer and closes. */
  private static final class Peer implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor();
    private final Future<String> received;

    Peer(String answer) throws IOException {
      received =
          thread.submit(
              () -> {
                try (Socket socket = listener.accept()) {
                  byte[] request = socket.getInputStream().readAllBytes();
                  socket.getOutputStream().write(answer.getBytes(UTF_8));
                  return new String(request, UTF_8);
                }
              });
    }

    URI uri() {
      return URI.create("http://localhost:" + listener.getLocalPort());
    }

    @Override
    public void close() throws IOException {
      listener.close();
      thread.close();
    }
  }
}
