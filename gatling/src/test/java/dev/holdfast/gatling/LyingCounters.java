package dev.holdfast.gatling;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Counters in memory that are correct, or lie in one way about every tenth request of a kind. It
 * answers under two addresses, as two actors would.
 *
 * <p>Threading: serves each request in a virtual thread. The counters are guarded by this.
 */
final class LyingCounters implements AutoCloseable {
  private static final int EVERY = 10;

  /** The fault of the server. */
  enum Lie {
    NONE,
    /** An increment is counted twice. */
    TWICE,
    /** An acknowledged increment is not counted. */
    LOST,
    /** An increment is counted and answered with 503. */
    COUNTED_503,
    /** An increment is refused with 503, and not counted. */
    HONEST_503,
    /** A consistent read returns the value of the first increment. */
    STALE,
    /** A local read returns less than an earlier one. */
    GOES_DOWN,
    /** A read returns no number. */
    NO_NUMBER
  }

  private record Counter(BigInteger first, BigInteger value) {}

  private static final Counter NONE = new Counter(BigInteger.ZERO, BigInteger.ZERO);

  private final Lie lie;
  private final Map<String, Counter> counters = new HashMap<>();
  private int adds;
  private int values;
  private int consistent;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  LyingCounters(Lie lie) throws IOException {
    this.lie = lie;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
    server.setExecutor(threads);
    server.createContext("/counter/", this::serve);
    server.start();
  }

  /** Returns the addresses of both actors. */
  String urls() {
    int port = server.getAddress().getPort();
    return "http://127.0.0.1:%d,http://localhost:%d".formatted(port, port);
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String[] path = exchange.getRequestURI().getPath().split("/", -1);
      String body = new String(exchange.getRequestBody().readAllBytes(), US_ASCII);
      if (exchange.getRequestMethod().equals("POST")) {
        answer(exchange, add(path[2], new BigInteger(body)), "");
      } else {
        answer(exchange, 200, path[3].equals("value") ? known(path[2]) : exact(path[2]));
      }
    }
  }

  private synchronized int add(String name, BigInteger amount) {
    Lie now = ++adds % EVERY == 0 ? lie : Lie.NONE;
    Counter before = counters.getOrDefault(name, NONE);
    BigInteger first = before.equals(NONE) ? amount : before.first;
    BigInteger counted =
        switch (now) {
          case TWICE -> amount.add(amount);
          case LOST, HONEST_503 -> BigInteger.ZERO;
          case NONE, COUNTED_503, STALE, GOES_DOWN, NO_NUMBER -> amount;
        };
    counters.put(name, new Counter(first, before.value.add(counted)));
    return now == Lie.COUNTED_503 || now == Lie.HONEST_503 ? 503 : 200;
  }

  private synchronized String known(String name) {
    boolean lies = ++values % EVERY == 0;
    return text(name, lies && lie == Lie.GOES_DOWN, lies);
  }

  private synchronized String exact(String name) {
    boolean lies = ++consistent % EVERY == 0;
    return text(name, lies && lie == Lie.STALE, lies);
  }

  private String text(String name, boolean old, boolean lies) {
    if (lies && lie == Lie.NO_NUMBER) {
      return "many";
    }
    Counter counter = counters.getOrDefault(name, NONE);
    return (old ? counter.first : counter.value).toString();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(US_ASCII);
    exchange.getResponseHeaders().set("Content-Type", "text/plain");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
