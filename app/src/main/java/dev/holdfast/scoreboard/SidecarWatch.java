package dev.holdfast.scoreboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks each sidecar for its {@code /status}, once a second. Each has a thread of its own, so that a
 * slow sidecar delays its own state alone.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class SidecarWatch implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration ANSWER_MAX = Duration.ofSeconds(2);
  private static final long PAUSE_MS = 1_000;
  private static final int BODY_BYTES_MAX = 1 << 20;

  private final List<String> sidecars;
  private final Map<String, SidecarState> states = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(ANSWER_MAX)
          .followRedirects(HttpClient.Redirect.NEVER)
          .proxy(HttpClient.Builder.NO_PROXY)
          .build();

  private SidecarWatch(List<String> sidecars) {
    this.sidecars = List.copyOf(sidecars);
  }

  /**
   * Starts to ask.
   *
   * @param sidecars each as {@code host:port}
   */
  static SidecarWatch start(List<String> sidecars) {
    var watch = new SidecarWatch(sidecars);
    for (String sidecar : watch.sidecars) {
      Thread.ofVirtual().name("watch-" + sidecar).start(() -> watch.watch(sidecar));
    }
    return watch;
  }

  /**
   * Returns the states in the order of the sidecars. A sidecar that has not been asked yet counts
   * as silent.
   */
  List<SidecarState> states() {
    return sidecars.stream()
        .map(sidecar -> states.getOrDefault(sidecar, SidecarState.silent(sidecar)))
        .toList();
  }

  @Override
  public void close() {
    closed.countDown();
    client.shutdownNow();
  }

  private void watch(String sidecar) {
    try {
      do {
        states.put(sidecar, ask(sidecar));
      } while (!closed.await(PAUSE_MS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private SidecarState ask(String sidecar) throws InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer = new CompletableFuture<>();
    try {
      var request = HttpRequest.newBuilder(URI.create("http://" + sidecar + "/status")).build();
      // This wait covers the body, too; a time-out of the request would cover the headers alone.
      answer =
          client.sendAsync(
              request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), BODY_BYTES_MAX));
      JsonNode status =
          JSON.readTree(answer.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS).body());
      return status.has("pendingCount")
          ? new SidecarState(
              sidecar,
              true,
              status.path("pendingCount").asLong(),
              status.path("oldestPendingMs").asLong(),
              status.path("origin").path("word").asText("unknown"))
          : SidecarState.silent(sidecar);
    } catch (ExecutionException | TimeoutException | IOException | RuntimeException e) {
      return SidecarState.silent(sidecar); // shown as such
    } finally {
      answer.cancel(true);
    }
  }
}
