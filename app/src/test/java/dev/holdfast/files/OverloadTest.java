package dev.holdfast.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Counts;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.testkit.Await;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many more requests than the origin can answer; all loads end by counts. Shares are those of a
 * round of so many requests. A round in which the machine stood still says nothing, so that another
 * one is looked at: where nothing guards the share, none has it.
 */
class OverloadTest {
  private static final int CLIENTS = 400;
  private static final int LATENCY_MS = 50;
  private static final int RETRY_AFTER_MS = 1_000;
  private static final int HELD = 10;
  private static final int ROUND = 1_000;
  private static final int WRITES = 100;

  /** Two hundred requests of ten at a time fit into it, half as many as there are clients. */
  private static final int PATIENCE_MS = 1_000;

  @TempDir private Path directory;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger names = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicBoolean enough = new AtomicBoolean();
  private final Object news = new Object();
  private ServiceFixture f;

  @BeforeEach
  void start() throws Exception {
    var config =
        FilesConfig.DEFAULT
            .withMode(Mode.BEHIND)
            .withBodyBytesMax(1 << 20)
            .withAnswerWithinMs(PATIENCE_MS)
            .withFetchesMax(1_000)
            .withKnownEntriesMax(10_000)
            .withRetryFirstMs(5)
            .withRetryMaxMs(40)
            .withStopSettleMs(5_000);
    f = new ServiceFixture(directory, config, StagingLimits.DEFAULT);
    f.server.close();
    f.standIn = f.standIn.withLatencyMs(LATENCY_MS);
    f.startServer();
  }

  @AfterEach
  void stop() throws Exception {
    enough.set(true);
    tell();
    threads.close();
    f.close();
  }

  @Test
  void floodOfUnknownNames_nineTenthsOfTheOriginsAnswersReachSomebody() throws Exception {
    List<Future<?>> clients = flood();
    Await.until("nine tenths of a round reach somebody", () -> reachSomebody() >= ROUND * 9 / 10);
    enough.set(true);
    tell();
    for (Future<?> client : clients) {
      client.get();
    }
  }

  /** How many clients were answered while the origin answered as often as a round has it. */
  private int reachSomebody() throws Exception {
    long getsBefore = gets();
    int answeredBefore = answered.get();
    Await.until("the origin has answered a round", () -> gets() >= getsBefore + ROUND);
    return answered.get() - answeredBefore;
  }

  @Test
  void floodOfUnknownNames_leavesSettlingItsShare() throws Exception {
    flood();
    Await.until("the origin has answered 200 times", () -> gets() >= 200);
    // Half of the places are the share of writes, so that reads have as many: here up to two each.
    Await.until("reads leave writes their share", () -> readsWhileWritesSettle() < 2L * WRITES);
  }

  /** How many reads the origin answered while a round of writes settled. */
  private long readsWhileWritesSettle() throws Exception {
    for (int i = 0; i < WRITES; i++) {
      assertThat(f.put("written" + i, "body")).isInstanceOf(WriteOutcome.Done.class);
    }
    long before = gets();
    Await.until("all is settled", () -> f.store.allPending().isEmpty());
    return gets() - before;
  }

  @Test
  void readThatFindsNoPlaceInTime_isNeverSent() throws Exception {
    f.server.troubles().start(Trouble.HANG);
    var held = new ArrayList<Future<String>>();
    for (int i = 0; i < HELD; i++) {
      String name = "held" + i;
      held.add(threads.submit(() -> readUntilAllAreHeld(name)));
    }
    Await.until("all places are taken", () -> f.server.troubles().held() == HELD);
    assertThat(f.read("late")).isEqualTo("(unavailable)");
    for (Future<String> one : held) {
      assertThat(one.get()).isEqualTo("(unavailable)");
    }
    f.server.troubles().stopAll();
    Await.until("what was held is over", () -> f.server.counts().inProgress() == 0);
    Await.until("reads are answered again", () -> f.read("after").equals("(absent)"));
    assertThat(f.server.gets("late")).isZero();
  }

  /** Again if its patience was over before it was sent. */
  private String readUntilAllAreHeld(String name) throws Exception {
    String last;
    do {
      last = f.read(name);
    } while (f.server.troubles().held() < HELD);
    return last;
  }

  /** Clients that ask for one unknown name after the other. */
  private List<Future<?>> flood() {
    var clients = new ArrayList<Future<?>>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(threads.submit(this::askOnAndOn));
    }
    return clients;
  }

  private Void askOnAndOn() throws Exception {
    while (!enough.get()) {
      int seen = answered.get();
      if (f.read("unknown" + names.incrementAndGet()).equals("(absent)")) {
        answered.incrementAndGet();
        tell();
      } else {
        awaitNews(seen);
      }
    }
    return null;
  }

  private void tell() {
    synchronized (news) {
      news.notifyAll();
    }
  }

  /** Waits as a client does that heeds Retry-After, unless others are answered before. */
  private void awaitNews(int seen) throws InterruptedException {
    long asked = System.nanoTime();
    synchronized (news) {
      for (long leftMs = RETRY_AFTER_MS; leftMs > 0 && answered.get() == seen && !enough.get(); ) {
        news.wait(leftMs);
        leftMs = RETRY_AFTER_MS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked);
      }
    }
  }

  private long gets() {
    Counts counts = f.server.counts();
    return counts.requests().getOrDefault("GET", 0L);
  }
}
