package dev.holdfast.system.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.system.Api;
import dev.holdfast.system.ProcessStack;
import dev.holdfast.system.StackFacts;
import dev.holdfast.system.compose.Manifest;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Effort;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An acknowledged write outlives the process that acknowledged it, however that ends. Sidecars in
 * mode behind are killed under load, again and again.
 */
@Tag("long")
final class KillNineTest {
  private static final int KILLS = Effort.of(4, 200);
  private static final int PAIRS = 3;
  private static final int HEAP_MB = 128;
  private static final int CLIENTS = 4;
  private static final int NAMES = 240;

  /** The next kill comes after fewer acknowledged writes than this. */
  private static final int ACKNOWLEDGED_BETWEEN_KILLS = 150;

  private static final int BODY_BYTES_MAX = 256 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  private final List<String> names =
      IntStream.range(0, NAMES).mapToObj(i -> i % 4 == 0 ? "kill nine/" + i : "kill-" + i).toList();
  private final Manifest manifest = new Manifest(names);

  /** The locks of the names. Only the client with the lock sends requests for the name. */
  private final Map<String, ReentrantLock> locks = new HashMap<>();

  /** How often each sidecar was started or killed: even when it is up. */
  private final AtomicIntegerArray lives = new AtomicIntegerArray(PAIRS);

  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong unknown = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();
  private volatile boolean done;

  @Test
  void nothingAcknowledgedIsLost() throws Exception {
    names.forEach(name -> locks.put(name, new ReentrantLock()));
    long seed = new Random().nextLong();
    var random = new Random(seed);
    long foundPending = 0;
    long readBack = 0;
    try (ProcessStack stack = ProcessStack.start(directory, PAIRS, HEAP_MB, "--mode", "behind");
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      StackFacts facts = stack.facts();
      try {
        List<Future<Void>> running = startClients(clients, stack, random);
        for (int kill = 1; kill <= KILLS; kill++) {
          awaitAcknowledged(random.nextInt(ACKNOWLEDGED_BETWEEN_KILLS), running);
          int killed = random.nextInt(PAIRS);
          lives.incrementAndGet(killed);
          stack.killAndStart(killed);
          lives.incrementAndGet(killed);
          foundPending += recoveredPuts(stack, killed);
          readBack += readBackShareOf(killed, stack);
        }
        done = true;
        for (Future<Void> client : running) {
          client.get();
        }
      } finally {
        done = true;
        clients.shutdownNow();
      }
      for (String name : names) {
        readBack(stack, name);
      }
      for (int i = 0; i < PAIRS; i++) {
        settle(stack, i);
      }
      manifest.assertIsOn(directory.resolve("files"));
      assertThat(facts.pendingOnDisk()).isZero();
      facts.assertNothingForbidden();
      facts.assertNothingSpooled();
      System.out.printf(
          "kill -9, seed %d: %d kills; %d acknowledged writes, %d of unknown outcome, %d reads in"
              + " the load; after the restarts %d puts found pending, %d names read back%n",
          seed, KILLS, acknowledged.get(), unknown.get(), reads.get(), foundPending, readBack);
      assertThat(foundPending).as("puts that were pending when a sidecar was killed").isPositive();
      assertThat(unknown).as("requests that a kill hit").hasPositiveValue();
      assertThat(readBack).isGreaterThanOrEqualTo(KILLS);
    }
  }

  private List<Future<Void>> startClients(
      ExecutorService clients, ProcessStack stack, RandomGenerator random) {
    var running = new ArrayList<Future<Void>>();
    for (int i = 0; i < CLIENTS; i++) {
      var own = new Random(random.nextLong());
      int client = i;
      running.add(
          clients.submit(
              () -> {
                for (int request = 0; !done; request++) {
                  ask(stack, own, client, request);
                }
                return null;
              }));
    }
    return running;
  }

  private void ask(ProcessStack stack, Random random, int client, int request) throws Exception {
    StackFacts facts = stack.facts();
    String name = names.get(random.nextInt(NAMES));
    ReentrantLock lock = locks.get(name);
    lock.lockInterruptibly();
    try {
      int dice = random.nextInt(10);
      boolean answered;
      if (dice < 2) {
        answered = read(stack, name);
      } else if (dice < 4) {
        answered = write(name, Manifest.ABSENT, 200, () -> facts.delete(name));
      } else {
        byte[] body = body(random, client, request);
        answered = write(name, Manifest.content(body), 201, () -> facts.put(name, body));
      }
      if (!answered && client % 2 == 0) {
        // Half of the clients look at the result. The others go on with another name.
        Await.until(name + " can be read", () -> read(stack, name));
      }
    } finally {
      lock.unlock();
    }
  }

  private interface Request {
    HttpResponse<byte[]> send() throws IOException, InterruptedException;
  }

  /** Sends a write. Returns false if its outcome is unknown. */
  private boolean write(String name, String content, int success, Request request)
      throws InterruptedException {
    manifest.sent(name, content);
    int status;
    try {
      status = request.send().statusCode();
    } catch (IOException brokenOff) {
      status = 0;
    }
    if (status == success) {
      manifest.acknowledged(name, content);
      acknowledged.incrementAndGet();
      return true;
    }
    assertThat(status).as("%s", name).isIn(0, 503);
    unknown.incrementAndGet();
    return false;
  }

  /**
   * Reads the name. Returns false if that is not possible now.
   *
   * <p>While its sidecar is down, nginx goes on to send the published file. That may be older than
   * a write that was staged in the last moment, not answered, and is shown after the start.
   */
  private boolean read(ProcessStack stack, String name) throws InterruptedException {
    int owner = stack.ownerOf(name);
    int life = lives.get(owner);
    HttpResponse<byte[]> answer;
    try {
      answer = stack.facts().get(name);
    } catch (IOException brokenOff) {
      return false;
    }
    if (answer.statusCode() == 503) {
      return false;
    }
    assertThat(answer.statusCode()).as(name).isIn(200, 404);
    String content = answer.statusCode() == 200 ? Manifest.content(answer.body()) : Manifest.ABSENT;
    if (life % 2 == 0 && lives.get(owner) == life) {
      manifest.readForGood(name, content);
    } else {
      manifest.read(name, content);
    }
    reads.incrementAndGet();
    return true;
  }

  private int readBackShareOf(int sidecar, ProcessStack stack) throws Exception {
    int count = 0;
    for (String name : names) {
      if (stack.ownerOf(name) == sidecar) {
        readBack(stack, name);
        count++;
      }
    }
    return count;
  }

  private void readBack(ProcessStack stack, String name) throws Exception {
    ReentrantLock lock = locks.get(name);
    lock.lockInterruptibly();
    try {
      Await.until(name + " can be read", () -> read(stack, name));
    } finally {
      lock.unlock();
    }
  }

  /** Waits for so many more acknowledged writes, unless a client has failed. */
  private void awaitAcknowledged(int more, List<Future<Void>> clients) throws Exception {
    long target = acknowledged.get() + more;
    Await.until(
        more + " more writes",
        () ->
            acknowledged.get() >= target
                || clients.stream().anyMatch(client -> client.state() == Future.State.FAILED));
    for (Future<Void> client : clients) {
      if (client.isDone()) {
        client.get();
      }
    }
  }

  private static long recoveredPuts(ProcessStack stack, int sidecar) throws IOException {
    RawResponse status = new Api(stack.uriOf(sidecar)).ask("GET", "/status");
    return JSON.readTree(status.text()).at("/recovered/putsPending").asLong();
  }

  private static void settle(ProcessStack stack, int sidecar) throws IOException {
    RawResponse answer = new Api(stack.uriOf(sidecar)).ask("POST", "/settle?waitMs=240000");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  /** Returns a unique body of any length from a few bytes on, more often a short one. */
  private static byte[] body(Random random, int client, int request) {
    double share = random.nextDouble();
    var padding = new byte[(int) (BODY_BYTES_MAX * share * share * share * share)];
    random.nextBytes(padding);
    byte[] unique = (client + "/" + request + "\n").getBytes(UTF_8);
    byte[] body = Arrays.copyOf(unique, unique.length + padding.length);
    System.arraycopy(padding, 0, body, unique.length, padding.length);
    return body;
  }
}
