package dev.holdfast.cas;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.files.FileService;
import dev.holdfast.http.RequestId;
import dev.holdfast.streams.PatientStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Executors;

/**
 * Asks the sidecar that owns a blob, and nobody else: one hop.
 *
 * <p>A write is sent once. So no request may go into a connection that the other sidecar is just
 * closing as idle: the client closes an idle connection after 30 s, long before that. The JVM's
 * option {@code jdk.httpclient.keepalive.timeout} says so where the JVM starts.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Peers implements AutoCloseable {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);

  /** The other one may wait for its file server, and then for its disk. */
  private static final long ANSWER_MS_MAX = 60_000;

  /** A hundredth of what a disk that is busy takes. */
  private static final long BYTES_PER_SECOND_MIN = 64 * 1024;

  private static final int ANSWER_BYTES_MAX = 64 * 1024;

  private HttpClient client; // guarded by this; null as long as nobody was asked
  private boolean closed; // guarded by this

  /** The answer of a peer. */
  sealed interface Said {
    /** It has it now, or had it before. */
    record Yes() implements Said {}

    /** It has it not, or not in order. */
    record No() implements Said {}

    /** It does not know, did not take it, or did not answer. */
    record Nothing(String detail) implements Said {}
  }

  /** Hands a blob over. */
  Said put(String peer, Digest digest, long size, InputStream bytes) throws InterruptedException {
    BodyPublisher body =
        size == 0
            ? BodyPublishers.noBody()
            : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> bytes), size);
    return ask(peer, request(peer, digest, size).PUT(body).build());
  }

  /** Returns whether a peer has a blob; the peer asks its file server if need be. */
  Said has(String peer, Digest digest) throws InterruptedException {
    return ask(peer, request(peer, digest, 0).HEAD().build());
  }

  /** Has a blob of a peer read. Returns false if there is none to be had. */
  boolean get(String peer, Digest digest, FileService.Reader reader)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> answer = send(request(peer, digest, 0).GET().build());
    try (InputStream body = answer.body()) {
      OptionalLong size = answer.headers().firstValueAsLong("Content-Length");
      boolean found = said(peer, answer.statusCode(), body) instanceof Said.Yes && size.isPresent();
      if (found) {
        reader.read(new PatientStream(body, ANSWER_MS_MAX), size.getAsLong());
      }
      return found;
    }
  }

  /** Ends the requests that are under way. A later request fails: its peer has said nothing. */
  @Override
  public synchronized void close() {
    closed = true;
    if (client != null) {
      client.shutdownNow();
    }
  }

  private Said ask(String peer, HttpRequest request) throws InterruptedException {
    try {
      HttpResponse<InputStream> answer = send(request);
      try (InputStream body = answer.body()) {
        return said(peer, answer.statusCode(), body);
      }
    } catch (IOException e) {
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return new Said.Nothing("sidecar " + peer + ": " + why);
    }
  }

  /** The body of the answer is the caller's to close. */
  private HttpResponse<InputStream> send(HttpRequest request)
      throws IOException, InterruptedException {
    return client().send(request, HttpResponse.BodyHandlers.ofInputStream());
  }

  /** Most sidecars ask nobody, and a client takes memory and a thread. */
  private synchronized HttpClient client() throws IOException {
    if (closed) {
      throw new IOException("this sidecar is stopping");
    }
    if (client == null) {
      client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(CONNECT_MAX)
              .followRedirects(HttpClient.Redirect.NEVER)
              .proxy(HttpClient.Builder.NO_PROXY)
              .executor(Executors.newVirtualThreadPerTaskExecutor()) // which reads bodies to send
              .build();
    }
    return client;
  }

  /**
   * Begins a request.
   *
   * @param size of its body, in bytes; the answer has to begin in the time that this takes
   */
  private static HttpRequest.Builder request(String peer, Digest digest, long size) {
    long withinMs = ANSWER_MS_MAX + size * 1_000 / BYTES_PER_SECOND_MIN;
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + peer + CasRoutes.PATH + digest.hex()))
            .timeout(Duration.ofMillis(withinMs));
    RequestId.current().ifPresent(id -> request.header(RequestId.HEADER, id));
    return request;
  }

  private static Said said(String peer, int status, InputStream body) throws IOException {
    return switch (status) {
      case 200, 201 -> new Said.Yes();
      case 404, 502 -> new Said.No();
      default -> new Said.Nothing("sidecar " + peer + " answers " + status + " " + text(body));
    };
  }

  private static String text(InputStream body) throws IOException {
    return new String(new PatientStream(body, ANSWER_MS_MAX).readNBytes(ANSWER_BYTES_MAX), UTF_8);
  }
}
