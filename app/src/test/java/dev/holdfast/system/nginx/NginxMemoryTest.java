package dev.holdfast.system.nginx;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.nginx.NginxConfig;
import dev.holdfast.nginx.NginxProcess;
import dev.holdfast.system.Api;
import dev.holdfast.system.HostedServices;
import dev.holdfast.system.compose.ComposeFileTest;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker of nginx at its bounds. Clients send and take as slowly as they can, and fill every
 * buffer of theirs. The worker's memory is bounded, and further clients get an error.
 */
@Timeout(1_800)
final class NginxMemoryTest {
  private static final NginxConfig.Workers WORKERS = ofCompose();

  /** Headers that fill all of nginx's buffers for them. */
  private static final List<String> LARGE_HEADERS =
      List.of("X-First: " + "a".repeat(8_000), "X-Second: " + "b".repeat(8_000));

  /** A part of a body that is larger than nginx's buffer, so that the buffer fills. */
  private static final byte[] PART_OF_A_BODY = new byte[40 << 10];

  /** The first part of an endless answer, larger than nginx's buffers. */
  private static final byte[] PART_OF_AN_ANSWER =
      ("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n" + "x".repeat(400_000))
          .getBytes(US_ASCII);

  /** How many connections may wait until the stub accepts them. */
  private static final int AT_ONCE = 25;

  /** How many unread bytes a client's system takes in. */
  private static final int CLIENT_BUFFER_BYTES = 4 << 10;

  /** More connections than nginx has itself: its listening socket and one to its master. */
  private static final int OWN_CONNECTIONS = 8;

  private static final int TIMEOUT_MS = (int) Patience.STEP.toMillis();

  @TempDir Path dir;

  private final List<Socket> clients = new ArrayList<>();
  private final AtomicInteger begun = new AtomicInteger();
  private final CountDownLatch over = new CountDownLatch(1);
  private StubSidecar sidecar;
  private NginxProcess nginx;

  @BeforeEach
  void start() throws IOException {
    Assumptions.assumeTrue(
        Files.isReadable(Path.of("/proc/self/status")), "only Linux says how much a process takes");
    sidecar = StubSidecar.start();
    sidecar.on(
        (request, in, out) -> {
          if (request.startLine().contains("/answered")) {
            StubSidecar.write(out, request, "200 OK", "");
            return;
          }
          begun.incrementAndGet();
          out.write(PART_OF_AN_ANSWER);
          awaitEnd();
        });
    nginx = NginxProcess.start(NginxFixture.program(), dir.resolve("nginx"), config());
    NginxFixture.ask(nginx.port(), "GET", "/"); // answered by a worker, so there is one
  }

  @AfterEach
  void stop() throws IOException {
    over.countDown();
    for (Socket client : clients) {
      client.close();
    }
    if (nginx != null) {
      nginx.close();
      sidecar.close();
    }
  }

  /** Each request is an upload that stalls, with a reader that does not read. */
  @Test
  void atAllItsRequests_theWorkerStaysBelowItsMemory_andAFurtherOneGets503() throws Exception {
    for (int i = 0; i < WORKERS.requestsMax(); i++) {
      sendSlowly("PUT", "slow-" + i);
      int sent = i + 1;
      if (sent % AT_ONCE == 0 || sent == WORKERS.requestsMax()) {
        Await.until(sent + " are at the sidecar", () -> begun.get() == sent);
      }
    }
    publish("published");
    for (String method : List.of("GET", "PUT")) {
      for (String target : List.of("published", "absent")) {
        assertRefused(NginxFixture.ask(nginx.port(), method, Api.PATH + target));
      }
    }
    assertRefused(NginxFixture.ask(nginx.port(), "GET", "/next"));
    assertRefused(NginxFixture.ask(nginx.port(), "GET", "/cas/" + "0".repeat(64)));
    assertRefusedWhileItIsSent();
    assertMemory();

    int upload = clients.size() - 2;
    clients.get(upload).close();
    Await.until(
        "there is room for one",
        () -> NginxFixture.ask(nginx.port(), "GET", Api.PATH + "published").status() == 200);
  }

  /** The connections have no request yet, so only their number is bounded. */
  @Test
  void atAllItsConnections_theWorkerStaysBelowItsMemory() throws Exception {
    for (int i = 0; i < WORKERS.connectionsMax() - OWN_CONNECTIONS; i++) {
      Socket client = connect();
      write(client, head("GET", "slow-" + i).getBytes(US_ASCII), false);
    }
    Await.until("a later one is served", () -> isServed("/api/fileserver/answered"));
    assertMemory();
    for (Socket client : clients) {
      client.close();
    }
    Await.until("it serves again", () -> isServed("/api/fileserver/answered"));
  }

  private static NginxConfig.Workers ofCompose() {
    try {
      return ComposeFileTest.nginxWorkers();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isServed(String target) throws InterruptedException {
    try {
      return NginxFixture.ask(nginx.port(), "GET", target).status() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Checks that a client gets the refusal before it has sent its body. */
  private void assertRefusedWhileItIsSent() throws IOException {
    Socket client = sendSlowly("PUT", "one-too-many");
    var answer = new String(client.getInputStream().readNBytes(12), US_ASCII);
    assertThat(answer).isEqualTo("HTTP/1.1 503");
  }

  private static void assertRefused(RawResponse answer) throws IOException {
    JsonNode problem = NginxFixture.problem(answer);
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.onlyHeader("Retry-After")).isEqualTo("1");
    assertThat(problem.get("detail").asText())
        .isEqualTo(
            "too many requests are in progress, and nothing was changed; try again in a moment");
  }

  /** Checks the worker's highest memory, and that the load needed some. */
  private void assertMemory() throws IOException {
    ProcessHandle worker =
        nginx.processes().stream().filter(p -> p.parent().isPresent()).toList().getLast();
    long peakBytes =
        Files.readAllLines(Path.of("/proc", Long.toString(worker.pid()), "status")).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
            .findFirst()
            .orElseThrow();
    System.out.printf("nginx: %d MiB of %d%n", peakBytes >> 20, WORKERS.memoryBytesMax() >> 20);
    assertThat(peakBytes).isBetween(WORKERS.memoryBytesMax() / 4, WORKERS.memoryBytesMax());
  }

  private void publish(String name) throws IOException {
    Files.createDirectories(dir.resolve("published"));
    Files.writeString(dir.resolve("published").resolve(name), "published");
  }

  /**
   * Sends a request that announces a long body, sends a part of it, and does not read the answer.
   */
  private Socket sendSlowly(String method, String name) throws IOException {
    Socket client = connect();
    write(client, (head(method, name) + "\r\n").getBytes(US_ASCII), true);
    write(client, PART_OF_A_BODY, false);
    return client;
  }

  private static String head(String method, String name) {
    return method
        + " "
        + Api.PATH
        + name
        + " HTTP/1.1\r\nHost: front\r\nContent-Length: 1000000000\r\n"
        + String.join("\r\n", LARGE_HEADERS)
        + "\r\n";
  }

  private Socket connect() throws IOException {
    var client = new Socket();
    clients.add(client);
    client.setReceiveBufferSize(CLIENT_BUFFER_BYTES);
    client.setSoTimeout(TIMEOUT_MS);
    client.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), nginx.port()), TIMEOUT_MS);
    return client;
  }

  private static void write(Socket client, byte[] bytes, boolean more) throws IOException {
    client.getOutputStream().write(bytes);
    if (!more) {
      client.getOutputStream().flush();
    }
  }

  private void awaitEnd() {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private NginxConfig config() throws IOException {
    NginxConfig base =
        NginxFixture.config(
            dir, FreePorts.one(), List.of(sidecar.address()), NginxConfig.Limits.DEFAULT);
    return new NginxConfig(
        base.listen(),
        base.sidecars(),
        base.published(),
        base.logs(),
        WORKERS.withUser(base.workers().user()),
        base.limits(),
        base.actionsComplete(),
        HostedServices.NGINX);
  }
}
