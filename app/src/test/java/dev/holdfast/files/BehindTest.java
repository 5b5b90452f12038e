package dev.holdfast.files;

import static dev.holdfast.names.Names.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.staging.Keeping;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes that are acknowledged on our disk, and an origin that does everything wrong. */
class BehindTest {
  @TempDir private Path directory;
  private ServiceFixture f;

  @BeforeEach
  void start() throws Exception {
    f = new ServiceFixture(directory, Mode.BEHIND);
  }

  @AfterEach
  void stop() throws Exception {
    f.close();
  }

  @Test
  void put_isReadAtOnce_beforeTheOriginHasIt() throws Exception {
    f.server.troubles().start(Trouble.HANG);
    assertThat(f.put("a", "body")).isInstanceOf(WriteOutcome.Done.class);
    assertThat(f.read("a")).isEqualTo("body");
    assertThat(f.atOrigin("a")).isEqualTo("(absent)");
    f.server.troubles().stopAll();
    awaitSettled();
    assertThat(f.atOrigin("a")).isEqualTo("body");
    assertThat(f.read("a")).isEqualTo("body");
  }

  @Test
  void delete_isReadAtOnce_beforeTheOriginHasIt() throws Exception {
    f.put("a", "body");
    awaitSettled();
    f.server.troubles().start(Trouble.HANG);
    assertThat(f.delete("a")).isInstanceOf(WriteOutcome.Done.class);
    assertThat(f.read("a")).isEqualTo("(absent)");
    assertThat(f.atOrigin("a")).isEqualTo("body");
    f.server.troubles().stopAll();
    awaitSettled();
    assertThat(f.atOrigin("a")).isEqualTo("(absent)");
    assertThat(f.read("a")).isEqualTo("(absent)");
  }

  @Test
  void manyWritesOfOneName_reachTheOriginAsFew() throws Exception {
    f.server.troubles().start(Trouble.HANG);
    f.put("a", "first");
    Await.until("the first is being sent", () -> f.server.troubles().held() == 1);
    for (int i = 0; i < 20; i++) {
      f.put("a", "body " + i);
    }
    assertThat(f.read("a")).isEqualTo("body 19");
    f.server.troubles().stopAll();
    awaitSettled();
    assertThat(f.atOrigin("a")).isEqualTo("body 19");
    assertThat(f.server.counts().requests().get("PUT")).isEqualTo(2);
    assertThat(f.files.status().coalescedCount()).isEqualTo(20);
  }

  @Test
  void pendingWrites_areSettledOldestFirst() throws Exception {
    f.restartServiceWith(ServiceFixture.origin(f.serverPort(), 1, 20));
    f.server.troubles().start(Trouble.HANG);
    f.put("blocks", "x");
    Await.until("one is being sent", () -> f.server.troubles().held() == 1);
    for (String name : List.of("c", "a", "b")) {
      f.put(name, name); // two in one millisecond keep their order, too
    }
    f.server.troubles().stopAll();
    awaitSettled();
    assertThat(timeAtOrigin("c")).isLessThan(timeAtOrigin("a"));
    assertThat(timeAtOrigin("a")).isLessThan(timeAtOrigin("b"));
  }

  @Test
  void pendingWritesOfAnEarlierProcess_areSettledOldestFirst_andKnowTheirAge() throws Exception {
    f.restartServiceWith(ServiceFixture.origin(f.serverPort(), 1, 20));
    f.server.troubles().start(Trouble.ANSWER_429);
    for (String name : List.of("c", "a", "b")) {
      long before = System.currentTimeMillis();
      f.put(name, name);
      Await.until("the clock moves on", () -> System.currentTimeMillis() > before + 20);
    }
    f.stopService();
    f.startService();
    assertThat(f.files.status().oldestPendingMs()).isGreaterThan(40);
    f.server.troubles().stopAll();
    awaitSettled();
    assertThat(timeAtOrigin("c")).isLessThan(timeAtOrigin("a"));
    assertThat(timeAtOrigin("a")).isLessThan(timeAtOrigin("b"));
  }

  @Test
  void reads_findPlaces_whileManyWritesArePending() throws Exception {
    Files.writeString(f.data.resolve("there"), "there");
    f.server.troubles().start(Trouble.HANG);
    for (int i = 0; i < 50; i++) {
      f.put("w" + i, "body");
    }
    Await.until("the writes have their places", () -> f.server.troubles().held() == 7);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> read = threads.submit(() -> f.read("there"));
      Await.until("the read has one, too", () -> f.server.troubles().held() == 8);
      f.server.troubles().stopAll();
      assertThat(read.get()).isEqualTo("there");
    }
    awaitSettled();
  }

  @Test
  void origin429s_loseNothing() throws Exception {
    writeDuring(Trouble.ANSWER_429, 200);
  }

  @Test
  void origin500s_loseNothing() throws Exception {
    writeDuring(Trouble.ANSWER_500, 40);
  }

  @Test
  void originThatHangs_losesNothing() throws Exception {
    writeDuring(Trouble.HANG, 5); // fewer than it may hold
  }

  @Test
  void uploadsThatAreCut_loseNothing() throws Exception {
    writeDuring(Trouble.CUT_UPLOADS, 40);
  }

  @Test
  void downloadsThatAreCut_duringTheReadBack_loseNothing() throws Exception {
    f.server.troubles().start(Trouble.CUT_UPLOADS); // makes the names doubtful
    f.put("a", "x".repeat(200_000));
    Await.until("an attempt has failed", () -> !f.files.status().settleFailures().isEmpty());
    f.server.troubles().stop(Trouble.CUT_UPLOADS);
    f.server.troubles().start(Trouble.CUT_DOWNLOADS);
    Await.until("it was read back in vain", () -> f.server.gets("a") >= 2);
    assertThat(f.store.allPending()).hasSize(1);
    f.server.troubles().stopAll();
    awaitSettled();
    assertThat(f.atOrigin("a")).hasSize(200_000);
  }

  @Test
  void originThatRestarts_losesNothing() throws Exception {
    for (int i = 0; i < 20; i++) {
      f.put("before" + i, "body");
    }
    awaitSettled(); // the connections are there, as in the middle of a day
    for (int i = 0; i < 30; i++) {
      f.put("n" + i, "body " + i);
      if (i == 10) {
        f.server.close();
      }
      if (i == 20) {
        f.startServer();
      }
    }
    awaitSettled();
    for (int i = 0; i < 30; i++) {
      assertThat(f.atOrigin("n" + i)).isEqualTo("body " + i);
    }
  }

  @Test
  void abandonedUpload_thatTakesEffectLate_doesNotOutliveANewerOne() throws Exception {
    try (var proxy = new CuttingProxy(f.serverPort())) {
      f.restartServiceWith(ServiceFixture.origin(proxy.port(), 7, 1_000));
      proxy.cutNext(1);
      f.server.troubles().delayNext(1, 400);
      f.put("a", "the first.");
      Await.until("it was cut off", () -> proxy.cutsLeft() == 0);
      f.put("a", "the second.");
      awaitSettled();
      Await.until("the first has run to its end", () -> f.server.counts().inProgress() == 0);
      assertThat(f.atOrigin("a")).isEqualTo("the second.");
      assertThat(f.server.counts().overlaps()).isZero();
      f.stopService(); // before its way to the origin is gone
      f.originConfig = ServiceFixture.origin(f.serverPort(), 7, 20);
      f.startService();
    }
  }

  @Test
  void attemptWithoutAnswer_isReadBack_beforeItCounts() throws Exception {
    try (var proxy = new CuttingProxy(f.serverPort())) {
      f.restartServiceWith(ServiceFixture.origin(proxy.port(), 7, 100));
      proxy.cutNext(1);
      f.put("a", "body.");
      awaitSettled();
      assertThat(f.server.gets("a")).as("read back").isEqualTo(1);
      f.put("b", "body.");
      awaitSettled();
      assertThat(f.server.gets("b")).as("not in doubt, not read back").isZero();
      f.restartServiceWith(ServiceFixture.origin(f.serverPort(), 7, 20));
    }
  }

  @Test
  void errorTextUnder200_isNeverContent() throws Exception {
    f.stopService();
    f.limits = f.limits.withKeeping(Keeping.OFF); // what is kept would be the answer
    f.startService();
    f.put("a", "body");
    awaitSettled();
    f.stopService();
    try (var published = Files.list(directory.resolve("volume/published/epoch"))) {
      for (Path file : published.filter(Files::isRegularFile).toList()) {
        Files.delete(file); // so that it has to be fetched
      }
    }
    Files.delete(f.data.resolve("a")); // as another server on the volume does
    f.startService();
    assertThat(f.read("a")).isEqualTo("(nonsense)");
    f.put("a", "again");
    assertThat(f.read("a")).isEqualTo("again");
    awaitSettled();
    assertThat(f.atOrigin("a")).isEqualTo("again");
  }

  @Test
  void writesBeforeACrash_reachTheOriginAfterIt() throws Exception {
    f.put("deleted", "body");
    awaitSettled();
    f.server.troubles().start(Trouble.ANSWER_429);
    f.put("a", "body of a");
    f.put("empty", "");
    f.delete("deleted");
    f.stopService();
    f.startService();
    assertThat(f.read("a")).isEqualTo("body of a");
    assertThat(f.read("empty")).isEmpty();
    assertThat(f.read("deleted")).isEqualTo("(absent)");
    assertThat(f.files.status().recovered().putsPending()).isEqualTo(2);
    assertThat(f.files.status().recovered().deletesPending()).isEqualTo(1);
    f.server.troubles().stopAll();
    awaitSettled();
    assertThat(f.atOrigin("a")).isEqualTo("body of a");
    assertThat(f.atOrigin("empty")).isEmpty();
    assertThat(f.atOrigin("deleted")).isEqualTo("(absent)");
  }

  @Test
  void writeThatTheOriginKeepsRefusing_isKept_served_andShown() throws Exception {
    f.server.troubles().start(Trouble.ANSWER_500);
    f.put("a", "body");
    Await.until("it shows", () -> !f.files.status().refused().isEmpty());
    assertThat(f.files.status().refused().get(stored("a"))).contains("500");
    assertThat(f.registry.get("holdfast.pending.refused").gauge().value()).isEqualTo(1);
    assertThat(f.files.status().origin().word()).isEqualTo("failing");
    assertThat(f.read("a")).isEqualTo("body");
    f.server.troubles().stopAll();
    awaitSettled();
    assertThat(f.files.status().refused()).isEmpty();
    assertThat(f.files.status().origin().word()).isEqualTo("up");
  }

  @Test
  void awaitSettled_saysWhatHasNot() throws Exception {
    f.server.troubles().start(Trouble.ANSWER_429);
    f.put("a", "body");
    assertThat(f.files.awaitSettled(50)).containsExactly(stored("a"));
    assertThat(f.files.status().pendingCount()).isEqualTo(1);
    assertThat(f.files.status().pendingBytes()).isEqualTo(4);
    f.server.troubles().stopAll();
    assertThat(f.files.awaitSettled(Patience.STEP.toMillis())).isEmpty();
    assertThat(f.files.status().pendingCount()).isZero();
    assertThat(f.files.status().settledCount()).isEqualTo(1);
  }

  @Test
  void put_withAPrecondition_seesThePendingState() throws Exception {
    f.server.troubles().start(Trouble.HANG);
    assertThat(f.put("a", "first")).isInstanceOf(WriteOutcome.Done.class);
    assertThat(f.put("a", "second", Optional::isEmpty)).isInstanceOf(WriteOutcome.Unmet.class);
    assertThat(f.read("a")).isEqualTo("first");
    f.delete("a");
    assertThat(f.put("a", "third", Optional::isEmpty)).isInstanceOf(WriteOutcome.Done.class);
    assertThat(f.read("a")).isEqualTo("third");
    f.server.troubles().stopAll();
    awaitSettled();
    assertThat(f.atOrigin("a")).isEqualTo("third");
  }

  @Test
  void putWithAPrecondition_whenAbsenceIsNotRemembered_isAnswered() throws Exception {
    f.close();
    var forgetful =
        FilesConfig.DEFAULT
            .withMode(Mode.BEHIND)
            .withBodyBytesMax(1 << 20)
            .withAnswerWithinMs(60_000)
            .withFetchesMax(10)
            .withKnownEntriesMax(100)
            .withAbsentTtlMs(0)
            .withRetryFirstMs(5)
            .withRetryMaxMs(40)
            .withStopSettleMs(5_000);
    f = new ServiceFixture(directory, forgetful, StagingLimits.DEFAULT);
    assertThat(f.put("a", "body", Optional::isEmpty)).isInstanceOf(WriteOutcome.Done.class);
    assertThat(f.put("b", "body", Optional::isPresent)).isInstanceOf(WriteOutcome.Unmet.class);
    awaitSettled();
  }

  /**
   * Writes without pause until so many requests have met the trouble, then compares all with the
   * origin.
   */
  private void writeDuring(Trouble trouble, int requests) throws Exception {
    Map<String, String> last = new HashMap<>();
    f.server.troubles().start(trouble);
    long enough = f.server.counts().requestsTotal() + requests;
    for (int i = 0; f.server.counts().requestsTotal() < enough || i < 40; i++) {
      String name = "n" + i % 20;
      if (i % 7 == 6) {
        assertThat(f.delete(name)).isInstanceOf(WriteOutcome.Done.class);
        last.put(name, "(absent)");
      } else {
        String body = "body " + i + "x".repeat(10_000);
        assertThat(f.put(name, body)).isInstanceOf(WriteOutcome.Done.class);
        last.put(name, body);
      }
      assertThat(f.read(name)).isEqualTo(last.get(name));
    }
    var names = new ArrayList<>(last.keySet());
    f.server.troubles().stopAll();
    awaitSettled();
    for (String name : names) {
      assertThat(f.atOrigin(name)).as(name).isEqualTo(last.get(name));
      assertThat(f.read(name)).as(name).isEqualTo(last.get(name));
    }
  }

  private void awaitSettled() throws Exception {
    assertThat(f.files.awaitSettled(Patience.STEP.toMillis())).isEmpty();
  }

  private FileTime timeAtOrigin(String name) throws Exception {
    return Files.getLastModifiedTime(f.data.resolve(name));
  }
}
