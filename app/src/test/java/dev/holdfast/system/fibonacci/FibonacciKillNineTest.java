package dev.holdfast.system.fibonacci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.Api;
import dev.holdfast.system.ProcessStack;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Effort;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The owner of the sequence is killed under load, again and again: no number comes twice. */
@Tag("long")
final class FibonacciKillNineTest {
  private static final int KILLS = Effort.of(4, 200);
  private static final int CLIENTS = 20;
  private static final int HEAP_MB = 96;

  /** The load begins at this position. Before it, two positions have the same number. */
  private static final int FIRST_POSITION = 2;

  /** The next kill comes after fewer acknowledged numbers than this. */
  private static final int ACKNOWLEDGED_BETWEEN_KILLS = 300;

  @TempDir Path directory;

  private final ConcurrentLinkedQueue<Integer> acknowledged = new ConcurrentLinkedQueue<>();
  private final AtomicLong unknown = new AtomicLong();
  private final Map<String, Integer> positions = new HashMap<>();
  private volatile boolean done;

  @Test
  void sequence_goesOnFromTheLastAcknowledgedNumber_orOneInFlight() throws Exception {
    knowPositions();
    long seed = new Random().nextLong();
    var random = new Random(seed);
    long skipped = 0;
    try (ProcessStack stack = ProcessStack.start(directory, 2, HEAP_MB);
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      try {
        int owner = owner(stack);
        var front = new Api(stack.facts().front());
        for (int i = 0; i < FIRST_POSITION; i++) {
          assertThat(front.ask("GET", "/next").status()).isEqualTo(200);
        }
        for (int kill = 1; kill <= KILLS; kill++) {
          int before = highest();
          List<Future<Void>> running = startClients(clients, front);
          int target = acknowledged.size() + 1 + random.nextInt(ACKNOWLEDGED_BETWEEN_KILLS);
          Await.until("the next kill is due", () -> acknowledged.size() >= target);
          stack.sidecar(owner).kill();
          done = true;
          for (Future<Void> client : running) {
            client.get();
          }
          done = false;
          stack.startSidecar(owner);
          int found = position(front, "/current", "current");
          int last = highest();
          assertThat(last).as("seed %d", seed).isGreaterThan(before);
          assertThat(found)
              .as("kill %d, seed %d: neither back nor beyond what was in flight", kill, seed)
              .isBetween(last, last + CLIENTS);
          skipped += found - last;
          acknowledged.add(position(front, "/next", "next"));
          assertThat(highest()).isEqualTo(found + 1);
        }
      } finally {
        done = true;
        clients.shutdownNow();
      }
    }
    assertThat(acknowledged).as("each number once, seed %d", seed).doesNotHaveDuplicates();
    System.out.printf(
        "kill -9 of the sequence, seed %d: %d kills; %d numbers acknowledged, each once; %d requests"
            + " of unknown outcome, %d of which had taken effect%n",
        seed, KILLS, acknowledged.size(), unknown.get(), skipped);
    assertThat(unknown).as("requests that a kill hit").hasPositiveValue();
  }

  private List<Future<Void>> startClients(ExecutorService clients, Api front) {
    var running = new ArrayList<Future<Void>>();
    for (int i = 0; i < CLIENTS; i++) {
      running.add(
          clients.submit(
              () -> {
                advanceUntilItEnds(front);
                return null;
              }));
    }
    return running;
  }

  /** A client ends with its first request that gets no number, since its effect is unknown. */
  private void advanceUntilItEnds(Api front) throws IOException {
    try (RawHttp http = front.connect()) {
      while (!done) {
        RawResponse answer;
        try {
          answer = http.request("GET", "/next").finalResponse();
        } catch (IOException brokenOff) {
          unknown.incrementAndGet();
          return;
        }
        if (answer.status() != 200) {
          assertThat(answer.status()).isEqualTo(503);
          unknown.incrementAndGet();
          return;
        }
        acknowledged.add(position(answer, "next"));
      }
    }
  }

  private static int owner(ProcessStack stack) throws IOException {
    return new Api(stack.uriOf(0)).ask("GET", "/current").status() == 200 ? 0 : 1;
  }

  private int highest() {
    return acknowledged.stream().mapToInt(position -> position).max().orElse(FIRST_POSITION);
  }

  private int position(Api front, String path, String word) throws IOException {
    RawResponse answer = front.ask("GET", path);
    assertThat(answer.status()).isEqualTo(200);
    return position(answer, word);
  }

  /** Returns the position of a number, which no other position has. */
  private int position(RawResponse answer, String word) {
    String text = answer.text();
    String head = "{\"" + word + "\": ";
    assertThat(text).startsWith(head).endsWith("}");
    Integer position = positions.get(text.substring(head.length(), text.length() - 1));
    assertThat(position).as(text).isNotNull();
    return position;
  }

  private void knowPositions() {
    BigInteger previous = BigInteger.ZERO;
    BigInteger current = BigInteger.ONE;
    for (int position = 1; position <= KILLS * ACKNOWLEDGED_BETWEEN_KILLS * 3; position++) {
      positions.put(current.toString(), position);
      BigInteger next = previous.add(current);
      previous = current;
      current = next;
    }
  }
}
