package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The traffic and the check together, against correct stores and incorrect ones. */
class HostileTrafficTest {
  private static final List<String> NAMES =
      List.of("plain", "a/b", "with space", "naïve ☕", ".hidden", "100%", "a+b&c=d", "A~x");

  @Test
  void atomicStore_isLinearizable() throws Exception {
    try (MemoryStore store = new MemoryStore()) {
      TrafficReport report = traffic(store).run();
      assertThat(report.violations()).isEmpty();
      assertThat(report.answers()).containsOnlyKeys("DELETE 200", "GET 200", "GET 404", "PUT 201");
      assertThat(report.requests()).isGreaterThan(100);
      assertThat(report.serverErrors()).isZero();
      assertThat(report.connectionFailures()).isZero();
      assertThat(report.timeouts()).isZero();
      assertThat(report.corruptBodies()).isZero();
      assertThat(report.unknownWrites()).isZero();
      assertThat(report.longest()).isPositive();
      assertThat(report.histories()).extracting(History::name).isEqualTo(NAMES);
      assertThat(NAMES).containsAll(store.bodies.keySet());
    }
  }

  @Test
  void staleBodyAfterAnAcknowledgedPut_isFound() throws Exception {
    try (MemoryStore store =
        new RememberingStore() {
          @Override
          byte[] get(String name) {
            return oneIn(5) ? before(name) : super.get(name);
          }
        }) {
      TrafficReport report =
          quietTraffic(store).weights(40, 60, 0).untilAnswered(400, 600, 0).run();
      assertThat(report.violations()).isNotEmpty();
      assertThat(report.violations().getFirst())
          .startsWith("name ")
          .contains("No order of the operations");
      assertThat(report.corruptBodies()).isZero();
    }
  }

  @Test
  void forgottenDelete_isFound() throws Exception {
    try (MemoryStore store =
        new MemoryStore() {
          @Override
          void delete(String name) {
            if (!oneIn(2)) {
              super.delete(name);
            }
          }
        }) {
      TrafficReport report = quietTraffic(store).run();
      assertThat(report.violations()).isNotEmpty();
      assertThat(report.corruptBodies()).isZero();
    }
  }

  @Test
  void mixedBodies_areFound() throws Exception {
    try (MemoryStore store =
        new RememberingStore() {
          @Override
          byte[] get(String name) {
            byte[] body = super.get(name);
            return body != null && oneIn(5) ? mixed(body, before(name)) : body;
          }
        }) {
      TrafficReport report = quietTraffic(store).run();
      assertThat(report.corruptBodies()).isPositive();
      assertThat(report.violations()).isNotEmpty();
      assertThat(report.violations().getFirst()).contains("bytes that nobody wrote");
    }
  }

  @Test
  void lostWrite_isFound() throws Exception {
    try (MemoryStore store =
        new MemoryStore() {
          @Override
          void put(String name, byte[] body) {
            if (!oneIn(5)) {
              super.put(name, body);
            }
          }
        }) {
      assertThat(quietTraffic(store).run().violations()).isNotEmpty();
    }
  }

  @Test
  void writesAnswered503_mayHaveTakenEffect() throws Exception {
    try (MemoryStore store =
        new MemoryStore() {
          @Override
          public void handle(HttpExchange exchange) throws IOException {
            if (!exchange.getRequestMethod().equals("GET") && oneIn(5)) {
              apply(this, exchange);
              exchange.sendResponseHeaders(503, -1);
              exchange.close();
            } else {
              super.handle(exchange);
            }
          }
        }) {
      TrafficReport report = traffic(store).run();
      assertThat(report.violations()).isEmpty();
      assertThat(report.serverErrors())
          .isPositive()
          .isEqualTo(report.unknownWrites())
          .isEqualTo(report.answers("PUT", 503) + report.answers("DELETE", 503));
    }
  }

  @Test
  void writesWhoseConnectionBreaks_mayHaveTakenEffect() throws Exception {
    try (MemoryStore store =
        new MemoryStore() {
          @Override
          public void handle(HttpExchange exchange) throws IOException {
            if (oneIn(5)) {
              apply(this, exchange);
              exchange.close();
            } else {
              super.handle(exchange);
            }
          }
        }) {
      TrafficReport report = traffic(store).run();
      assertThat(report.violations()).isEmpty();
      assertThat(report.connectionFailures()).isPositive();
      assertThat(report.unknownWrites()).isPositive();
      assertThat(report.serverErrors()).isZero();
    }
  }

  @Test
  void silentServer_isGivenUp() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (MemoryStore store =
        new MemoryStore() {
          @Override
          byte[] get(String name) {
            try {
              over.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return super.get(name);
          }
        }) {
      TrafficReport report =
          traffic(store)
              .clients(4)
              .requestTimeout(Duration.ofMillis(100))
              .untilAnswered(10, 0, 3)
              .run();
      over.countDown();
      assertThat(report.timeouts()).isPositive();
      assertThat(report.violations()).isEmpty();
    }
  }

  @Test
  void serverThatIsDown_isCounted_andNothingIsRecorded() throws Exception {
    URI nobody;
    try (MemoryStore store = new MemoryStore()) {
      nobody = store.base();
    }
    TrafficReport report =
        HostileTraffic.against(nobody).clients(4).lasting(Duration.ofMillis(100)).run();
    assertThat(report.connectionFailures()).isPositive().isEqualTo(report.requests());
    assertThat(report.histories()).allMatch(history -> history.operations().isEmpty());
  }

  @Test
  void disturbance_isDoneAgainAndAgain() throws Exception {
    AtomicInteger done = new AtomicInteger();
    try (MemoryStore store = new MemoryStore()) {
      traffic(store)
          .every(Duration.ofMillis(50), done::incrementAndGet)
          .until(() -> done.get() > 1)
          .run();
    }
    assertThat(done).hasValueGreaterThan(1);
  }

  @Test
  void disturbanceThatFails_failsTheRun() {
    var failed = new AtomicBoolean();
    try (MemoryStore store = new MemoryStore()) {
      HostileTraffic traffic =
          traffic(store)
              .until(failed::get)
              .every(
                  Duration.ofMillis(50),
                  () -> {
                    failed.set(true);
                    throw new IllegalStateException("could not kill it");
                  });
      assertThatThrownBy(traffic::run).hasRootCauseMessage("could not kill it");
    }
  }

  @Test
  void namesThatComeTwice_andBasesWithoutSlash_areRefused() {
    HostileTraffic traffic = HostileTraffic.against(URI.create("http://localhost:1/"));
    assertThatIllegalArgumentException().isThrownBy(() -> traffic.names(List.of("a", "a")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostileTraffic.against(URI.create("http://localhost:1/x")));
  }

  /** A store that still knows the content of a name before its last PUT. */
  private static class RememberingStore extends MemoryStore {
    private final Map<String, byte[]> before = new ConcurrentHashMap<>();

    @Override
    void put(String name, byte[] body) {
      byte[] replaced = bodies.put(name, body);
      if (replaced != null) {
        before.put(name, replaced);
      }
    }

    byte[] before(String name) {
      return before.getOrDefault(name, bodies.get(name));
    }
  }

  private static HostileTraffic traffic(MemoryStore store) {
    return HostileTraffic.against(store.base()).names(NAMES).untilAnswered(60, 110, 30);
  }

  /**
   * Returns traffic with few calls at once on each name, so that few wrong answers are right by
   * overlap.
   */
  private static HostileTraffic quietTraffic(MemoryStore store) {
    return traffic(store).clients(4).untilAnswered(300, 550, 150);
  }

  private static boolean oneIn(int count) {
    return ThreadLocalRandom.current().nextInt(count) == 0;
  }

  /** Returns the first half of the one, then the rest of the other. */
  private static byte[] mixed(byte[] one, byte[] other) {
    byte[] mixed = Arrays.copyOf(one, Math.max(one.length, other.length));
    int half = mixed.length / 2;
    if (other.length > half) {
      System.arraycopy(other, half, mixed, half, other.length - half);
    }
    return mixed;
  }

  /** Carries a write out in one case of two. */
  private static void apply(MemoryStore store, HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (ThreadLocalRandom.current().nextBoolean()) {
      return;
    }
    String path = exchange.getRequestURI().getPath();
    String name = path.substring(store.base().getPath().length());
    switch (exchange.getRequestMethod()) {
      case "PUT" -> store.put(name, body);
      case "DELETE" -> store.delete(name);
      default -> {}
    }
  }
}
