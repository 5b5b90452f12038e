package dev.holdfast.system;

import static dev.holdfast.names.Names.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.fileserver.FileServer;
import dev.holdfast.names.BadNameException;
import dev.holdfast.names.Name;
import dev.holdfast.stack.StackConfig;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.StagedWrites;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Questions to a whole stack from outside, whatever its processes are.
 *
 * @param front the address of nginx
 * @param dataDir the directory of {@link StackConfig#dataDir}
 */
public record StackFacts(URI front, Path dataDir, List<FileServer> standIns) {
  /** Plain names and others, mixed. */
  public static final List<String> NAMES =
      List.of(
          "traffic-0",
          "a/b",
          "traffic_1.txt",
          "two words",
          "Traffic-2",
          ".hidden",
          "traffic-3",
          "tïlde~ünicode",
          "4",
          "a//b/",
          "traffic-5",
          "100%",
          "-6",
          "what?#now",
          "traffic-7",
          "a;b=c:@!$&'()*+,",
          "traffic-8",
          "a\\b",
          "traffic-9",
          "~41");

  private static final Duration ANSWER_TIMEOUT = Patience.STEP;
  private static final Duration SETTLE_TIMEOUT = Patience.STEP;
  private static final Duration POLL = Duration.ofMillis(20);
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Patience.STEP)
          .build();

  /** Returns the URI to which names are appended. */
  public URI files() {
    return front.resolve(Name.PATH);
  }

  URI uri(String name) {
    String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    return URI.create(files() + encoded);
  }

  public HttpResponse<byte[]> get(String name) throws IOException, InterruptedException {
    return send(name, "GET", HttpRequest.BodyPublishers.noBody());
  }

  public HttpResponse<byte[]> delete(String name) throws IOException, InterruptedException {
    return send(name, "DELETE", HttpRequest.BodyPublishers.noBody());
  }

  public HttpResponse<byte[]> put(String name, byte[] body)
      throws IOException, InterruptedException {
    return send(name, "PUT", HttpRequest.BodyPublishers.ofByteArray(body));
  }

  /** Puts a body that is made while it is sent. */
  public HttpResponse<byte[]> put(String name, long length, InputStream body)
      throws IOException, InterruptedException {
    var publisher =
        HttpRequest.BodyPublishers.fromPublisher(
            HttpRequest.BodyPublishers.ofInputStream(() -> body), length);
    return send(name, "PUT", publisher);
  }

  /** Sends a GET whose body is read while it comes. The caller closes it. */
  public HttpResponse<InputStream> getStream(String name) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri(name)).timeout(ANSWER_TIMEOUT).build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream());
  }

  /** Returns the name of a file in the staging store and at the origin. */
  public static String stored(String name) {
    return parsed(name).stored().toString();
  }

  /** A name, as its text is. */
  public static Name parsed(String name) {
    try {
      return Name.parse(URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"));
    } catch (BadNameException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Returns the path of a name's file at the origins. */
  public Path atOrigin(String name) {
    return dataDir.resolve("files").resolve(stored(name));
  }

  /** Returns how many writes of all sidecars are pending, by their directories. */
  public int pendingOnDisk() throws IOException {
    int count = 0;
    for (int i = 0; i < standIns.size(); i++) {
      Path sidecar = dataDir.resolve("staging").resolve("sidecar-" + (i + 1));
      count += StagedWrites.pending(sidecar).size();
    }
    return count;
  }

  public void awaitSettled() throws IOException {
    long deadlineNs = System.nanoTime() + SETTLE_TIMEOUT.toNanos();
    while (pendingOnDisk() > 0) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new AssertionError(pendingOnDisk() + " writes did not settle in " + SETTLE_TIMEOUT);
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  /** Checks that the stand-ins have counted nothing that a front must never do. */
  public void assertNothingForbidden() {
    assertThat(standIns)
        .allSatisfy(
            standIn ->
                assertThat(standIn.counts().forbidden()).as("%s", standIn.counts()).isZero());
  }

  /**
   * Checks that there were never more than ten connections. Not for stories in which a sidecar
   * starts anew: a file server may get the connections of the new one before it notices the end of
   * the old ones.
   */
  public void assertTenConnectionsAtMost() {
    assertThat(standIns)
        .allSatisfy(
            standIn -> assertThat(standIn.counts().connectionsMax()).isLessThanOrEqualTo(10));
  }

  /** Checks that the origins have, when all has settled, what the front shows, byte for byte. */
  public void assertOriginsHaveWhatIsRead(List<String> names) throws Exception {
    assertOriginsHave(names, this::get);
  }

  /**
   * Checks the same for origins that fail now and then: a read that is answered 5xx is repeated.
   */
  public void assertOriginsHaveWhatIsReadInTheEnd(List<String> names) throws Exception {
    assertOriginsHave(names, this::getInTheEnd);
  }

  private HttpResponse<byte[]> getInTheEnd(String name) throws Exception {
    var answer = new AtomicReference<HttpResponse<byte[]>>();
    Await.until(
        "an answer for " + name,
        () -> {
          answer.set(get(name));
          return answer.get().statusCode() < 500;
        });
    return answer.get();
  }

  private interface Read {
    HttpResponse<byte[]> of(String name) throws Exception;
  }

  private void assertOriginsHave(List<String> names, Read read) throws Exception {
    awaitSettled();
    var answers = new LinkedHashMap<String, Future<HttpResponse<byte[]>>>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String name : names) {
        answers.put(name, threads.submit(() -> read.of(name)));
      }
    }
    for (String name : names) {
      HttpResponse<byte[]> answer = answers.get(name).get();
      if (answer.statusCode() == 404) {
        assertThat(atOrigin(name)).as(name).doesNotExist();
      } else {
        assertThat(answer.statusCode()).as(name).isEqualTo(200);
        assertThat(atOrigin(name)).as(name).hasBinaryContent(answer.body());
      }
    }
  }

  /** Checks that no useless file is left: no spooled body, no file without an owner. */
  public void assertNothingSpooled() throws IOException {
    for (int i = 0; i < standIns.size(); i++) {
      Path own = dataDir.resolve("staging").resolve("sidecar-" + (i + 1));
      assertThat(own.resolve("incoming")).isEmptyDirectory();
    }
  }

  private HttpResponse<byte[]> send(String name, String method, HttpRequest.BodyPublisher body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(uri(name)).timeout(ANSWER_TIMEOUT).method(method, body).build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
  }
}
