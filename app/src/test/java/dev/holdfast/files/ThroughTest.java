package dev.holdfast.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.testkit.Await;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes that are acknowledged when the origin has confirmed them. */
class ThroughTest {
  @TempDir private Path directory;
  private ServiceFixture f;

  @BeforeEach
  void start() throws Exception {
    f = new ServiceFixture(directory, Mode.THROUGH);
  }

  @AfterEach
  void stop() throws Exception {
    f.close();
  }

  @Test
  void put_isAtTheOrigin_whenItIsAcknowledged() throws Exception {
    assertThat(f.put("a", "body")).isInstanceOf(WriteOutcome.Done.class);
    assertThat(f.atOrigin("a")).isEqualTo("body");
    assertThat(f.read("a")).isEqualTo("body");
    assertThat(f.server.gets("a")).as("read from here").isZero();
  }

  @Test
  void delete_isAtTheOrigin_whenItIsAcknowledged() throws Exception {
    f.put("a", "body");
    assertThat(f.delete("a")).isInstanceOf(WriteOutcome.Done.class);
    assertThat(f.atOrigin("a")).isEqualTo("(absent)");
    assertThat(f.read("a")).isEqualTo("(absent)");
    assertThat(f.server.gets("a")).as("known without asking").isZero();
  }

  @Test
  void put_whileTheOriginRefusesIt_changesNothing() throws Exception {
    f.put("a", "old");
    f.restartServiceWithLittlePatience();
    f.server.troubles().start(Trouble.ANSWER_429);
    assertThat(f.put("a", "new"))
        .isInstanceOfSatisfying(
            WriteOutcome.Unconfirmed.class, w -> assertThat(w.mayTakeEffect()).isFalse());
    assertThat(f.read("a")).isEqualTo("old");
    assertThat(f.store.allPending()).isEmpty();
    f.server.troubles().stopAll();
    assertThat(f.atOrigin("a")).isEqualTo("old");
  }

  @Test
  void put_whileTheOriginIsDown_changesNothing() throws Exception {
    f.put("a", "old");
    f.restartServiceWithLittlePatience();
    f.server.close();
    assertThat(f.put("a", "new"))
        .isInstanceOfSatisfying(
            WriteOutcome.Unconfirmed.class, w -> assertThat(w.mayTakeEffect()).isFalse());
    assertThat(f.delete("a"))
        .isInstanceOfSatisfying(
            WriteOutcome.Unconfirmed.class, w -> assertThat(w.mayTakeEffect()).isFalse());
    assertThat(f.read("a")).isEqualTo("old");
    assertThat(f.read("b")).isEqualTo("(unavailable)");
    f.startServer();
    Await.until("it is written", () -> f.put("a", "new") instanceof WriteOutcome.Done);
    Await.until("it is read", () -> f.read("b").equals("(absent)"));
  }

  @Test
  void put_whoseUploadIsCut_isKept_andCompletedLater() throws Exception {
    f.put("a", "old");
    f.restartServiceWithLittlePatience();
    f.server.troubles().start(Trouble.CUT_UPLOADS);
    String body = "x".repeat(300_000);
    awaitMayTakeEffect("a", body);
    // The broken upload removed the old file there: only the new one can make it whole again.
    assertThat(f.atOrigin("a")).isEqualTo("(absent)");
    assertThat(f.read("a")).isEqualTo(body);
    f.server.troubles().stopAll();
    Await.until("it is settled", () -> f.store.allPending().isEmpty());
    assertThat(f.atOrigin("a")).isEqualTo(body);
  }

  @Test
  void put_afterOneOfUnknownOutcome_isWhatRemains() throws Exception {
    f.restartServiceWithLittlePatience();
    f.server.troubles().start(Trouble.CUT_UPLOADS);
    f.put("a", "first".repeat(50_000));
    f.server.troubles().stopAll();
    Await.until("the second is confirmed", () -> f.put("a", "second") instanceof WriteOutcome.Done);
    Await.until("all is settled", () -> f.store.allPending().isEmpty());
    assertThat(f.read("a")).isEqualTo("second");
    assertThat(f.atOrigin("a")).isEqualTo("second");
  }

  @Test
  void put_inWhichTheOriginHangs_isAnsweredInTime_andCompletedLater() throws Exception {
    f.restartServiceWithLittlePatience();
    f.server.troubles().start(Trouble.HANG);
    awaitMayTakeEffect("a", "body");
    f.server.troubles().stopAll();
    Await.until("it has taken effect", () -> f.read("a").equals("body"));
    assertThat(f.atOrigin("a")).isEqualTo("body");
  }

  @Test
  void put_thatFindsNoPlaceInTime_isNeverSent() throws Exception {
    f.restartServiceWithLittlePatience();
    f.server.troubles().start(Trouble.HANG);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var held = new java.util.ArrayList<Future<Void>>();
      for (int i = 0; i < 7; i++) {
        String name = "held" + i;
        held.add(threads.submit(() -> putUntilSent(name)));
      }
      Await.until("all places of writes are taken", () -> f.server.troubles().held() == 7);
      assertThat(f.put("late", "body"))
          .isInstanceOfSatisfying(
              WriteOutcome.Unconfirmed.class, late -> assertThat(late.mayTakeEffect()).isFalse());
      f.server.troubles().stopAll();
      for (Future<Void> one : held) {
        one.get();
      }
    }
    Await.until("all is settled", () -> f.store.allPending().isEmpty());
    assertThat(f.read("late")).isEqualTo("(absent)");
    assertThat(f.server.counts().requests()).containsEntry("PUT", 7L);
  }

  /** Puts, again if there was no time to send it. It may be done in the end. */
  private Void putUntilSent(String name) throws Exception {
    Await.until(
        "it was sent",
        () -> !(f.put(name, "body") instanceof WriteOutcome.Unconfirmed w) || w.mayTakeEffect());
    return null;
  }

  /** Puts, again if there was no time to send it. */
  private void awaitMayTakeEffect(String name, String body) throws Exception {
    Await.until(
        "it was sent",
        () -> {
          WriteOutcome written = f.put(name, body);
          assertThat(written).isInstanceOf(WriteOutcome.Unconfirmed.class);
          return ((WriteOutcome.Unconfirmed) written).mayTakeEffect();
        });
  }

  @Test
  void put_withAPreconditionThatDoesNotHold_changesNothing() throws Exception {
    f.put("a", "old");
    assertThat(f.put("a", "new", Optional::isEmpty)).isInstanceOf(WriteOutcome.Unmet.class);
    assertThat(f.read("a")).isEqualTo("old");
    assertThat(f.put("b", "new", Optional::isPresent)).isInstanceOf(WriteOutcome.Unmet.class);
    assertThat(f.read("b")).isEqualTo("(absent)");
    assertThat(f.store.allPending()).isEmpty();
  }

  @Test
  void put_withAPrecondition_onAFileThatOnlyTheOriginHas_fetchesItFirst() throws Exception {
    java.nio.file.Files.writeString(f.data.resolve("a"), "there");
    assertThat(f.put("a", "new", Optional::isEmpty)).isInstanceOf(WriteOutcome.Unmet.class);
    assertThat(f.read("a")).isEqualTo("there");
    assertThat(f.server.gets("a")).isEqualTo(1);
  }

  @Test
  void put_withAPrecondition_whileTheOriginIsDown_isNotDecided() throws Exception {
    f.restartServiceWithLittlePatience();
    f.server.close();
    assertThat(f.put("a", "new", Optional::isEmpty)).isInstanceOf(WriteOutcome.Unknowable.class);
    f.startServer();
    Await.until("it is read", () -> f.read("a").equals("(absent)"));
  }

  @Test
  void writesAndReadsOfOneName_neverMeetAtTheOrigin() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new java.util.ArrayList<Future<?>>();
      for (int i = 0; i < 10; i++) {
        String body = "body " + i;
        all.add(threads.submit(() -> f.put("a", body)));
        all.add(threads.submit(() -> f.read("a")));
        all.add(threads.submit(() -> f.delete("a")));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertThat(f.server.counts().overlaps()).isZero();
    assertThat(f.read("a")).isEqualTo(f.atOrigin("a"));
  }

  @Test
  void restart_afterACrashInTheMiddleOfAPut_completesIt() throws Exception {
    f.restartServiceWithLittlePatience();
    f.server.troubles().start(Trouble.ANSWER_500);
    f.put("a", "body");
    f.stopService();
    f.server.troubles().stopAll();
    f.startService();
    assertThat(f.read("a")).isEqualTo("body");
    Await.until("it is settled", () -> f.store.allPending().isEmpty());
    assertThat(f.atOrigin("a")).isEqualTo("body");
  }
}
