package dev.holdfast.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.staging.StagingLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes that were acknowledged before a crash, while the origin is in trouble. */
class RecoveredWritesTest {
  @TempDir private Path directory;
  private ServiceFixture f;

  @BeforeEach
  void start() throws Exception {
    var atOnce =
        FilesConfig.DEFAULT
            .withMode(Mode.BEHIND)
            .withBodyBytesMax(1 << 20)
            .withAnswerWithinMs(60_000)
            .withFetchesMax(10)
            .withKnownEntriesMax(100)
            .withRetryFirstMs(5)
            .withRetryMaxMs(40)
            .withStopSettleMs(0);
    f = new ServiceFixture(directory, atOnce, StagingLimits.DEFAULT);
  }

  @AfterEach
  void stop() throws Exception {
    f.close();
  }

  /** Neither what a crash made of the published file nor what the origin has is believed. */
  @Test
  void put_isNeverReadAsEmpty() throws Exception {
    f.server.troubles().start(Trouble.ANSWER_429);
    f.put("a", "body");
    f.stopService();
    Files.writeString(f.data.resolve("a"), "");
    Path published = directory.resolve("volume/published/epoch/a");
    Files.delete(published); // a name of its own, not another one of the pending file
    Files.writeString(published, "");
    f.startService();
    assertThat(published).hasContent("body");
    assertThat(f.read("a")).isEqualTo("body");
    f.server.troubles().stopAll();
    awaitSettled();
    assertThat(f.read("a")).isEqualTo(f.atOrigin("a")).isEqualTo("body");
  }

  /** An earlier version may have told contents by another digest than this one does. */
  @Test
  void put_withADigestOfAnotherKind_settles() throws Exception {
    f.server.troubles().start(Trouble.ANSWER_429);
    f.put("a", "body");
    f.stopService();
    try (var writes = Files.newDirectoryStream(directory.resolve("volume/sidecar-1/writes"))) {
      for (Path pending : writes) {
        Files.setLastModifiedTime(pending, FileTime.fromMillis(1_000_000));
      }
    }
    f.startService();
    f.server.troubles().stopAll();
    awaitSettled();
    assertThat(f.read("a")).isEqualTo(f.atOrigin("a")).isEqualTo("body");
  }

  /** The upload that the crash breaks off removes the file at the origin. */
  @Test
  void put_whoseUploadWasCut_isReadWhole_andCompleted() throws Exception {
    String body = "x".repeat(300_000);
    f.server.troubles().start(Trouble.CUT_UPLOADS);
    f.put("a", body);
    f.stopService();
    f.startService();
    assertThat(f.read("a")).isEqualTo(body);
    f.server.troubles().stopAll();
    awaitSettled();
    assertThat(f.read("a")).isEqualTo(f.atOrigin("a")).isEqualTo(body);
  }

  @Test
  void delete_isReadAtOnce_andReachesTheOrigin() throws Exception {
    f.put("a", "body");
    awaitSettled();
    f.server.close();
    f.delete("a");
    f.stopService();
    f.startService();
    assertThat(f.read("a")).isEqualTo("(absent)");
    assertThat(f.atOrigin("a")).isEqualTo("body");
    f.startServer();
    awaitSettled();
    assertThat(f.read("a")).isEqualTo(f.atOrigin("a")).isEqualTo("(absent)");
  }

  private void awaitSettled() throws Exception {
    assertThat(f.files.awaitSettled(30_000)).isEmpty();
  }
}
