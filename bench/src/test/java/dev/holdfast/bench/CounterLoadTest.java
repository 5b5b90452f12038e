package dev.holdfast.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.holdfast.bench.CounterLoad.Call;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CounterLoadTest {
  private final AtomicLong counted = new AtomicLong();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.setExecutor(threads);
    server.createContext("/counter/", this::serve);
    server.createContext("/refused", exchange -> answer(exchange, 503, "no", 2));
    // Length 0 means chunks to this server.
    server.createContext("/chunked", exchange -> answer(exchange, 200, "x".repeat(100_000), 0));
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.close();
  }

  private void serve(HttpExchange exchange) throws IOException {
    long amount = Long.parseLong(new String(exchange.getRequestBody().readAllBytes(), US_ASCII));
    String total = Long.toString(counted.addAndGet(amount)); // once: others count meanwhile
    answer(exchange, 200, total, total.length());
  }

  private static void answer(HttpExchange exchange, int status, String body, long length)
      throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(status, length);
      exchange.getResponseBody().write(body.getBytes(US_ASCII));
    }
  }

  @Test
  void open_sendsWhatIsDue() throws Exception {
    try (CounterLoad load =
        CounterLoad.open(
            List.of(server.getAddress(), server.getAddress()), 50, 3, 0.5, _ -> Call.add("x"))) {
      CounterLoad.Result result = load.end();

      assertThat(result.others()).isEmpty();
      assertThat(result.millis()).hasSize(2 * 25).isSorted();
      assertThat(counted).hasValue(2 * 25);
    }
  }

  @Test
  void closed_countsAnswersByStatus() throws Exception {
    try (CounterLoad load =
        CounterLoad.closed(
            List.of(server.getAddress()),
            2,
            0.3,
            i -> i % 2 == 0 ? Call.add("x") : new Call("GET", "/refused", ""))) {
      CounterLoad.Result result = load.end();

      assertThat(result.millis()).hasSize(counted.intValue()).isNotEmpty();
      assertThat(result.others()).containsOnlyKeys("503");
      assertThat(result.failed()).isEqualTo(result.others().get("503")).isPositive();
      assertThat(result.failures()).contains("503");
    }
  }

  @Test
  void nobodyThere_isCounted() throws Exception {
    InetSocketAddress gone = server.getAddress();
    server.stop(0);
    try (CounterLoad load = CounterLoad.open(List.of(gone), 10, 1, 0.5, _ -> Call.add("x"))) {
      CounterLoad.Result result = load.end();

      assertThat(result.millis()).isEmpty();
      assertThat(result.others())
          .isEqualTo(Map.of("java.net.ConnectException: Connection refused", 5));
    }
  }

  @Test
  void plainHttp_takesChunksAndLengths_onOneConnection() throws Exception {
    try (var connection = new PlainHttp(server.getAddress())) {
      assertThat(connection.get("/chunked").body()).isEqualTo("x".repeat(100_000));
      assertThat(connection.post("/counter/x", "7")).isEqualTo(new PlainHttp.Answer(200, "7"));
      assertThat(connection.get("/refused")).isEqualTo(new PlainHttp.Answer(503, "no"));
      server.stop(0);
      assertThatThrownBy(() -> connection.get("/refused")).isInstanceOf(IOException.class);
    }
  }
}
