package dev.holdfast.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A client whose answers are checked.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Client implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /** An answer. */
  static final class Answer {
    private final int status;
    private final byte[] body;
    private final long firstByteNanos;
    private final long endNanos;

    private Answer(int status, byte[] body, long firstByteNanos, long endNanos) {
      this.status = status;
      this.body = body;
      this.firstByteNanos = firstByteNanos;
      this.endNanos = endNanos;
    }

    int status() {
      return status;
    }

    /** Returns the body. Do not change it. */
    byte[] body() {
      return body;
    }

    /** Returns when its header had come, on the clock of {@link System#nanoTime}. */
    long firstByteNanos() {
      return firstByteNanos;
    }

    /** Returns when all of it had come. */
    long endNanos() {
      return endNanos;
    }
  }

  Answer get(String url) throws IOException, InterruptedException {
    return send(request(url).GET().build());
  }

  Answer put(String url, byte[] body) throws IOException, InterruptedException {
    return send(request(url).PUT(HttpRequest.BodyPublishers.ofByteArray(body)).build());
  }

  Answer putFile(String url, Path body) throws IOException, InterruptedException {
    return send(request(url).PUT(HttpRequest.BodyPublishers.ofFile(body)).build());
  }

  Answer post(String url) throws IOException, InterruptedException {
    return send(request(url).POST(HttpRequest.BodyPublishers.noBody()).build());
  }

  /** Sends without waiting. */
  CompletableFuture<Answer> getAsync(String url) {
    return sendAsync(request(url).GET().build());
  }

  /** Sends without waiting. */
  CompletableFuture<Answer> putAsync(String url, byte[] body) {
    return sendAsync(request(url).PUT(HttpRequest.BodyPublishers.ofByteArray(body)).build());
  }

  private static HttpRequest.Builder request(String url) {
    return HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT);
  }

  private Answer send(HttpRequest request) throws IOException, InterruptedException {
    long[] first = new long[1];
    return answer(http.send(request, marking(first)), first);
  }

  private CompletableFuture<Answer> sendAsync(HttpRequest request) {
    long[] first = new long[1];
    return http.sendAsync(request, marking(first)).thenApply(response -> answer(response, first));
  }

  private static HttpResponse.BodyHandler<byte[]> marking(long[] firstByteNanos) {
    return info -> {
      firstByteNanos[0] = System.nanoTime();
      return HttpResponse.BodyHandlers.ofByteArray().apply(info);
    };
  }

  private static Answer answer(HttpResponse<byte[]> response, long[] firstByteNanos) {
    return new Answer(response.statusCode(), response.body(), firstByteNanos[0], System.nanoTime());
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
