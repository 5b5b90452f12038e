package dev.holdfast.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The challenge's load finds what a server answers wrongly. */
class ChallengeLoadTest {
  private static final int NAMES = 20;
  private static final int REQUESTS = 600;

  enum Lie {
    WRONG_BYTE,
    SHORT,
    ABSENT,
    OLD,
    DELETED_STAYS
  }

  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final Map<String, byte[]> old = new ConcurrentHashMap<>();
  private final AtomicInteger gets = new AtomicInteger();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile Lie lie;
  private volatile int refusal;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void honestServer_allIsRight(boolean share) throws Exception {
    ChallengeTally tally = load(share, 100);

    assertThat(tally.reasons()).isEmpty();
    assertThat(tally.invalid()).isZero();
    assertThat(tally.failed()).isZero();
    assertThat(tally.sent()).isGreaterThan(REQUESTS);
    assertThat(gets.get()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(Lie.class)
  void lyingServer_isInvalid(Lie planted) throws Exception {
    lie = planted;

    assertThat(load(false, 100).invalid()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(ints = {503, 429, 0})
  void refusingServer_isFailed(int status) throws Exception {
    refusal = status == 0 ? -1 : status;

    ChallengeTally tally = load(false, 0);

    assertThat(tally.failed()).isEqualTo(tally.sent());
    assertThat(tally.invalid()).isZero();
  }

  /** Fills the names and sends requests, one after the other's turn, until all are answered. */
  private ChallengeTally load(boolean share, int chains) throws IOException {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    InetSocketAddress address = server.getAddress();
    var tally = new ChallengeTally(System.nanoTime());
    try (var loop = new ExchangeLoop(address, share, 100, 60_000)) {
      var mix = new ChallengeMix(loop, "localhost", share, NAMES, chains, 200, new Random(seed));
      for (int i = 0; i < NAMES; i++) {
        mix.create(tally, System.nanoTime());
        answered(loop, 0);
      }
      for (int i = 0; i < REQUESTS; i++) {
        mix.next(tally, System.nanoTime());
        answered(loop, 4);
      }
      answered(loop, 0);
    }
    return tally;
  }

  private static void answered(ExchangeLoop loop, int leave) throws IOException {
    do {
      loop.turn(loop.inProgress() > leave ? System.nanoTime() + 10_000_000 : 0);
    } while (loop.inProgress() > leave);
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (refusal < 0) {
        return; // no answer
      }
      if (refusal > 0) {
        answer(exchange, refusal, "no".getBytes(US_ASCII));
        return;
      }
      String name = exchange.getRequestURI().getPath();
      switch (exchange.getRequestMethod()) {
        case "PUT" -> {
          byte[] before = files.put(name, body);
          old.put(name, before == null ? body : before);
          answer(exchange, 201, new byte[0]);
        }
        case "DELETE" -> {
          if (lie != Lie.DELETED_STAYS) {
            files.remove(name);
          }
          answer(exchange, 200, new byte[0]);
        }
        default -> get(exchange, name);
      }
    }
  }

  private void get(HttpExchange exchange, String name) throws IOException {
    byte[] found = files.get(name);
    int number = gets.incrementAndGet();
    if (found == null || (lie == Lie.ABSENT && number % 10 == 0)) {
      answer(exchange, 404, "absent".getBytes(US_ASCII));
      return;
    }
    byte[] sent =
        lie == Lie.OLD
            ? old.get(name)
            : lie == Lie.SHORT && number % 10 == 0
                ? Arrays.copyOf(found, found.length - 1)
                : found.clone();
    if (lie == Lie.WRONG_BYTE && number % 10 == 0) {
      sent[sent.length - 1] ^= 1;
    }
    answer(exchange, 200, sent);
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }
}
