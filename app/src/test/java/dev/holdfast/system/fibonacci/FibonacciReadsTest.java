package dev.holdfast.system.fibonacci;

import static dev.holdfast.system.fibonacci.SequenceHistory.FIRST_POSITION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.Api;
import dev.holdfast.system.ProcessStack;
import dev.holdfast.system.RingStack;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Effort;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients read the sequence through nginx, which sends what the owner has published, and from the
 * owner, while others advance it. No reader goes back, and none is behind an answer.
 */
@Tag("long")
final class FibonacciReadsTest {
  private static final int HEAP_MB = 96;

  /** The advancing clients end here: the history knows every number. */
  private static final int POSITION_MAX = 8_000;

  private static final int ADVANCING = 4;
  private static final int KILLS = Effort.of(2, 10);
  private static final int REQUESTS_BETWEEN = 2_000;

  @TempDir Path directory;

  private final SequenceHistory history = new SequenceHistory(POSITION_MAX + 1_000);
  private volatile boolean done;

  @Test
  void readersBesideAdvances_whileTheOwnerIsKilled() throws Exception {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    try (ProcessStack stack = ProcessStack.start(directory, 2, HEAP_MB);
        ExecutorService clients = Executors.newCachedThreadPool()) {
      URI front = stack.facts().front();
      int owner = new Api(stack.uriOf(0)).ask("GET", "/current").status() == 200 ? 0 : 1;
      begin(front);
      for (int kill = 0; kill <= KILLS; kill++) {
        List<Future<Void>> running = start(clients, front, stack.uriOf(owner));
        int enough = history.size() + 1 + random.nextInt(REQUESTS_BETWEEN);
        Await.until("the next kill is due", () -> history.size() >= enough);
        if (kill < KILLS) {
          stack.sidecar(owner).kill();
          int highest = history.highest();
          // Without an owner nothing changes, so nginx may go on.
          assertReads(front, highest, history.highest());
          stack.startSidecar(owner);
          assertReads(front, highest, Integer.MAX_VALUE);
        }
        end(running);
      }
      assertThat(history.contradiction()).as("seed %d", seed).isEmpty();
      List<String> log = stack.stopAndReadLog();
      assertThat(log.stream().filter(FibonacciReadsTest::isReadOfNginx).count())
          .as("reads without the owner")
          .isGreaterThan(100);
      System.out.printf("reads of the sequence, seed %d: %d requests%n", seed, history.size());
    }
  }

  /** Something is in the way of what is published: the owner answers reads meanwhile. */
  @Test
  void nothingCanBePublished_theOwnerIsAsked() throws Exception {
    try (ProcessStack stack = ProcessStack.start(directory, 1, HEAP_MB);
        ExecutorService clients = Executors.newCachedThreadPool()) {
      URI front = stack.facts().front();
      begin(front);
      Path place;
      try (var epochs = Files.newDirectoryStream(directory.resolve("staging/published"))) {
        place = epochs.iterator().next().resolve(".service-fibonacci");
      }
      List<Future<Void>> running = start(clients, front, stack.uriOf(0));
      Path shown = place.resolve("shown");
      for (int i = 0; i < Effort.of(3, 10); i++) {
        await("requests", history.size() + 500);
        Path inTheWay = place.resolve("new");
        Await.until("it is in the way", () -> isMade(inTheWay));
        Await.until("nothing is shown", () -> !Files.exists(shown));
        await("requests to the owner", history.size() + 500);
        Files.delete(inTheWay.resolve("x"));
        Await.until("it is shown", () -> Files.exists(shown));
      }
      end(running);
      assertThat(history.contradiction()).isEmpty();
    }
  }

  /** Readers of each ring see where the ring before has ended. */
  @Test
  void changedRing_readersGoOn() throws Exception {
    try (var stack = new RingStack(directory, 20);
        ExecutorService clients = Executors.newCachedThreadPool()) {
      boolean first = true;
      for (int size : new int[] {3, 1, 5}) {
        stack.start(size);
        stack.awaitReady();
        URI front = stack.facts().front();
        if (first) {
          begin(front);
        }
        first = false;
        assertReads(front, history.highest(), Integer.MAX_VALUE);
        URI owner = URI.create("http://" + stack.ring().get(stack.ownerOfSequence(size)));
        List<Future<Void>> running = start(clients, front, owner);
        await("requests", history.size() + 500);
        end(running);
        stack.stop();
      }
      assertThat(history.contradiction()).isEmpty();
    }
  }

  private void await(String what, int count) throws Exception {
    Await.until(what, () -> history.size() >= count);
  }

  private static boolean isMade(Path inTheWay) throws IOException {
    try {
      Files.createDirectory(inTheWay);
      Files.createFile(inTheWay.resolve("x"));
      return true;
    } catch (FileAlreadyExistsException | NoSuchFileException busy) {
      return false; // a state is being published
    }
  }

  private static void begin(URI front) throws IOException {
    for (int i = 0; i < FIRST_POSITION + 1; i++) {
      assertThat(new Api(front).ask("GET", "/next").status()).isEqualTo(200);
    }
  }

  private void assertReads(URI front, int from, int to) throws IOException {
    for (String what : List.of("current", "previous")) {
      long begun = System.nanoTime();
      RawResponse answer = new Api(front).ask("GET", "/" + what);
      long ended = System.nanoTime();
      assertThat(answer.status()).isEqualTo(200);
      int position = history.position(what, answer.text());
      assertThat(position).isBetween(from, to);
      history.add(what, position, begun, ended);
    }
  }

  private List<Future<Void>> start(ExecutorService clients, URI front, URI owner) {
    done = false;
    var running = new ArrayList<Future<Void>>();
    for (int i = 0; i < ADVANCING; i++) {
      running.add(clients.submit(() -> ask(List.of("next"), front)));
    }
    running.add(clients.submit(() -> ask(List.of("current", "previous"), front)));
    running.add(clients.submit(() -> ask(List.of("previous", "current"), front)));
    // One client asks nginx and the owner in turn.
    running.add(clients.submit(() -> ask(List.of("current", "current", "previous"), front, owner)));
    return running;
  }

  private void end(List<Future<Void>> running) throws Exception {
    done = true;
    for (Future<Void> client : running) {
      client.get();
    }
  }

  /** Asks until it is enough. Connects anew after an answer that is missing. */
  private Void ask(List<String> whats, URI... uris) throws IOException {
    int turn = 0;
    while (!isEnough(whats)) {
      var connections = new ArrayList<RawHttp>();
      try {
        for (URI uri : uris) {
          connections.add(new Api(uri).connect());
        }
        while (!isEnough(whats)) {
          if (!ask(whats.get(turn % whats.size()), connections.get(turn % uris.length))) {
            break;
          }
          turn++;
        }
      } catch (IOException killed) {
        // its effect is unknown
      } finally {
        for (RawHttp connection : connections) {
          connection.close();
        }
      }
    }
    return null;
  }

  private boolean isEnough(List<String> whats) {
    return done || (whats.contains("next") && history.highest() >= POSITION_MAX);
  }

  private boolean ask(String what, RawHttp http) throws IOException {
    long begun = System.nanoTime();
    RawResponse answer = http.request("GET", "/" + what).finalResponse();
    long ended = System.nanoTime();
    if (answer.status() == 503) {
      return false;
    }
    assertThat(answer.status()).isEqualTo(200);
    history.add(what, history.position(what, answer.text()), begun, ended);
    return true;
  }

  private static boolean isReadOfNginx(String line) {
    return line.contains("\"uri\":\"/current\"") && line.contains("\"served_by\":\"nginx\"");
  }
}
