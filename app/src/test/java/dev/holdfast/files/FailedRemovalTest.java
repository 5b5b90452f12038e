package dev.holdfast.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.FailingRemovals;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.staging.Keeping;
import dev.holdfast.staging.StagingLimits;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of a pending write, when the disk fails in the middle of it. */
class FailedRemovalTest {
  private final FailingRemovals disk = new FailingRemovals(new LocalDisk());
  @TempDir private Path directory;
  private ServiceFixture f;

  @AfterEach
  void stop() throws Exception {
    f.close();
  }

  @Test
  void confirmedPut_isForgotten_andNotSentAgain() throws Exception {
    start(Mode.BEHIND);
    disk.failOnce("writes");
    f.put("a", "body");
    awaitSettled();
    assertThat(f.server.counts().requests().get("PUT")).isEqualTo(1);
    assertThat(f.files.status().settledCount()).isEqualTo(1);
    assertThat(f.files.status().settleFailures()).containsKey("local");
    assertThat(f.read("a")).isEqualTo(f.atOrigin("a")).isEqualTo("body");
    assertThatNextWritesSettle();
  }

  @Test
  void confirmedDelete_isForgotten_andNotSentAgain() throws Exception {
    start(Mode.BEHIND);
    f.put("a", "body");
    awaitSettled();
    disk.failOnce("writes");
    f.delete("a");
    awaitSettled();
    assertThat(f.server.counts().requests().get("DELETE")).isEqualTo(1);
    assertThat(f.read("a")).isEqualTo(f.atOrigin("a")).isEqualTo("(absent)");
    assertThatNextWritesSettle();
  }

  @Test
  void putThrough_thatIsConfirmed_isForgotten_andNotSentAgain() throws Exception {
    start(Mode.THROUGH);
    disk.failOnce("writes");
    assertThatItMayTakeEffect(f.put("a", "body"));
    awaitSettled();
    assertThat(f.server.counts().requests().get("PUT")).isEqualTo(1);
    assertThat(f.read("a")).isEqualTo(f.atOrigin("a")).isEqualTo("body");
    assertThatNextWritesSettle();
  }

  @Test
  void putThrough_thatIsTakenBack_isForgotten_andNeverSent() throws Exception {
    start(Mode.THROUGH);
    f.put("a", "old");
    f.restartServiceWithLittlePatience();
    f.server.troubles().start(Trouble.ANSWER_429);
    disk.failOnce("writes");
    assertThatItMayTakeEffect(f.put("a", "new"));
    awaitSettled();
    f.server.troubles().stopAll();
    assertThat(f.read("a")).isEqualTo(f.atOrigin("a")).isEqualTo("old");
    assertThatNextWritesSettle();
  }

  @Test
  void deleteThrough_thatIsTakenBack_isForgotten_andNeverSent() throws Exception {
    start(Mode.THROUGH);
    f.put("a", "old");
    f.restartServiceWithLittlePatience();
    f.server.troubles().start(Trouble.ANSWER_429);
    disk.failOnce("writes");
    assertThatItMayTakeEffect(f.delete("a"));
    awaitSettled();
    f.server.troubles().stopAll();
    assertThat(f.read("a")).isEqualTo(f.atOrigin("a")).isEqualTo("old");
    assertThatNextWritesSettle();
  }

  /** It was staged, and its removal could come back with a power failure. */
  private static void assertThatItMayTakeEffect(WriteOutcome written) {
    assertThat(written)
        .isInstanceOfSatisfying(
            WriteOutcome.Unconfirmed.class, kept -> assertThat(kept.mayTakeEffect()).isTrue());
  }

  private void start(Mode mode) throws Exception {
    f =
        new ServiceFixture(
            directory, ServiceFixture.config(mode), StagingLimits.DEFAULT.withKeeping(Keeping.OFF));
    f.stopService();
    f.disk = disk;
    f.startService();
  }

  /** All is over, and the disk did fail. */
  private void awaitSettled() throws Exception {
    assertThat(f.files.awaitSettled(5_000)).isEmpty();
    assertThat(disk.hasFailed()).isTrue();
  }

  private void assertThatNextWritesSettle() throws Exception {
    assertThat(f.put("a", "next")).isInstanceOf(WriteOutcome.Done.class);
    assertThat(f.files.awaitSettled(30_000)).isEmpty();
    assertThat(f.read("a")).isEqualTo(f.atOrigin("a")).isEqualTo("next");
    f.stopService();
    f.startService();
    assertThat(f.files.status().pendingCount()).isZero();
    assertThat(f.read("a")).isEqualTo("next");
  }
}
