package dev.holdfast.gatling;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file server in memory that is correct, or lies in one way about every tenth GET of a file, or
 * refuses every tenth PUT. It also answers each GET of {@code /next} with the next number.
 *
 * <p>Threading: serves each request in a virtual thread.
 */
final class LyingServer implements AutoCloseable {
  private static final int EVERY = 10;

  /** The time of a slow answer: longer than any default allows. */
  static final int SLOW_MILLIS = LoadRun.STEADY_P99_MS_MAX + 200;

  /** The fault of the server. */
  enum Lie {
    NONE,
    WRONG_BYTE,
    TORN,
    STALE,
    LOST,
    ANOTHER_FILE,
    SERVER_ERROR,
    SLOW,
    REFUSED_PUT
  }

  private static final class Versions {
    private final byte[] first;
    private final byte[] last;

    private Versions(byte[] first, byte[] last) {
      this.first = first;
      this.last = last;
    }
  }

  private final Lie lie;
  private final Map<String, Versions> files = new ConcurrentHashMap<>();
  private final AtomicInteger counted = new AtomicInteger();
  private final AtomicInteger puts = new AtomicInteger();
  private final AtomicInteger gets = new AtomicInteger();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  LyingServer(Lie lie) throws IOException {
    this.lie = lie;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
    server.setExecutor(threads);
    server.createContext("/api/fileserver/", this::serve);
    server.createContext("/cas/", this::serve);
    server.createContext("/next", this::next);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String name = exchange.getRequestURI().getPath();
      byte[] body = exchange.getRequestBody().readAllBytes();
      switch (exchange.getRequestMethod()) {
        case "PUT" -> {
          if (lie == Lie.REFUSED_PUT && puts.incrementAndGet() % EVERY == 0) {
            answer(exchange, 503, new byte[0]);
            return;
          }
          files.merge(name, new Versions(body, body), (old, _) -> new Versions(old.first, body));
          answer(exchange, 201, new byte[0]);
        }
        case "DELETE" -> {
          files.remove(name);
          answer(exchange, 200, new byte[0]);
        }
        default -> get(exchange, files.get(name));
      }
    }
  }

  private void next(HttpExchange exchange) throws IOException {
    try (exchange) {
      int next = counted.incrementAndGet();
      boolean wrong = lie == Lie.WRONG_BYTE && next % EVERY == 0;
      answer(exchange, 200, (next + (wrong ? "?" : "")).getBytes(US_ASCII));
    }
  }

  private void get(HttpExchange exchange, Versions file) throws IOException {
    if (file == null) {
      answer(exchange, 404, new byte[0]);
      return;
    }
    boolean lies = gets.incrementAndGet() % EVERY == 0;
    byte[] right = file.last;
    switch (lies ? lie : Lie.NONE) {
      case NONE, REFUSED_PUT -> answer(exchange, 200, right);
      case WRONG_BYTE -> {
        byte[] wrong = right.clone();
        wrong[wrong.length - 1] ^= 1;
        answer(exchange, 200, wrong);
      }
      case TORN -> {
        byte[] torn = right.clone();
        System.arraycopy(file.first, 0, torn, 0, Math.min(file.first.length, torn.length) / 2);
        answer(exchange, 200, torn);
      }
      case STALE -> answer(exchange, 200, file.first);
      case LOST -> answer(exchange, 404, new byte[0]);
      case ANOTHER_FILE -> answer(exchange, 200, files.values().iterator().next().last);
      case SERVER_ERROR -> answer(exchange, 500, right);
      case SLOW -> {
        CompletableFuture.runAsync(
                () -> {},
                CompletableFuture.delayedExecutor(SLOW_MILLIS, TimeUnit.MILLISECONDS, threads))
            .join();
        answer(exchange, 200, right);
      }
    }
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
