package dev.holdfast.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.staging.Keeping;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.testkit.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file server that loses its power after it has confirmed, with a real one in its place. */
class OriginPowerFailureTest {
  private static final Keeping SHORT =
      Keeping.DEFAULT.withMs(300).withBytesMax(1 << 20).withCountMax(1_000);
  private static final Keeping FOR_EVER =
      Keeping.DEFAULT.withMs(600_000).withBytesMax(1 << 20).withCountMax(1_000);

  @TempDir private Path directory;
  private ServiceFixture f;

  @AfterEach
  void stop() throws Exception {
    f.close();
  }

  private void start(Mode mode, Keeping keeping) throws Exception {
    f =
        new ServiceFixture(
            directory, ServiceFixture.config(mode), StagingLimits.DEFAULT.withKeeping(keeping));
  }

  /** What its disk has after the failure: a file of length 0, and one that was deleted. */
  private void loseAtOrigin(String emptied, String returned) throws Exception {
    f.server.close();
    Files.writeString(f.data.resolve(emptied), "");
    Files.writeString(f.data.resolve(returned), "deleted");
    f.startServer();
  }

  @Test
  void settledWrites_areReadFromHere_andBroughtThereAgain() throws Exception {
    start(Mode.BEHIND, SHORT);
    f.put("a", "body");
    f.put("b", "deleted");
    f.delete("b");
    assertThat(f.files.awaitSettled(30_000)).isEmpty();
    loseAtOrigin("a", "b");
    assertThat(f.read("a")).isEqualTo("body");
    assertThat(f.read("b")).isEqualTo("(absent)");
    assertThat(f.files.awaitNothingKept(30_000)).isEmpty();
    assertThat(f.atOrigin("a")).isEqualTo("body");
    assertThat(f.atOrigin("b")).isEqualTo("(absent)");
    assertThat(f.count("holdfast.redelivered")).isEqualTo(2);
  }

  @Test
  void confirmedWritesThrough_areKeptAsWell() throws Exception {
    start(Mode.THROUGH, SHORT);
    f.put("a", "body");
    f.put("b", "deleted");
    f.delete("b");
    loseAtOrigin("a", "b");
    assertThat(f.files.awaitNothingKept(30_000)).isEmpty();
    assertThat(f.atOrigin("a")).isEqualTo("body");
    assertThat(f.atOrigin("b")).isEqualTo("(absent)");
  }

  @Test
  void afterAStartUnderAnotherKernel_allThatWasKeptIsDeliveredAgain() throws Exception {
    start(Mode.BEHIND, FOR_EVER);
    f.put("a", "body");
    f.put("b", "deleted");
    f.delete("b");
    assertThat(f.files.awaitSettled(30_000)).isEmpty();
    f.stopService();
    loseAtOrigin("a", "b");
    f.boot = "another";
    f.startService();
    assertThat(f.read("a")).isEqualTo("body");
    assertThat(f.read("b")).isEqualTo("(absent)");
    assertThat(f.files.awaitSettled(30_000)).isEmpty();
    assertThat(f.atOrigin("a")).isEqualTo("body");
    assertThat(f.atOrigin("b")).isEqualTo("(absent)");
  }

  /** Nothing that the file server says replaces it, at a start too. */
  @Test
  void kept_isTheAnswer_overAStart_withoutAskingTheFileServer() throws Exception {
    start(Mode.BEHIND, FOR_EVER);
    f.put("a", "body");
    f.put("b", "deleted");
    f.delete("b");
    assertThat(f.files.awaitSettled(30_000)).isEmpty();
    f.stopService();
    Files.delete(directory.resolve("volume/published/epoch/a"));
    loseAtOrigin("a", "b");
    f.startService();
    assertThat(f.read("a")).isEqualTo("body");
    assertThat(f.read("b")).isEqualTo("(absent)");
    assertThat(f.server.counts().requests().getOrDefault("GET", 0L)).isZero();
    assertThat(f.files.status().keptCount()).isEqualTo(2);
  }

  /** A connection that stays open through T, with another request on it, is proof enough. */
  @Test
  void whileItStaysUp_nothingIsReadBack() throws Exception {
    start(Mode.BEHIND, SHORT);
    f.put("a", "body");
    assertThat(f.files.awaitSettled(30_000)).isEmpty();
    assertThat(f.files.awaitNothingKept(30_000)).isEmpty();
    // It is counted a moment after it has left.
    Await.until("one has left by a connection", () -> left("connection") == 1);
    assertThat(left("comparison")).isZero();
    assertThat(f.files.status().keptCount()).isZero();
  }

  @Test
  void fetch_afterItHasLeft_isBelieved() throws Exception {
    start(Mode.BEHIND, SHORT);
    f.put("a", "body");
    assertThat(f.files.awaitNothingKept(30_000)).isEmpty();
    Await.until("nothing is kept", () -> f.files.status().keptCount() == 0);
    assertThat(f.read("a")).isEqualTo(f.atOrigin("a")).isEqualTo("body");
  }

  private double left(String reason) {
    return f.registry.get("holdfast.kept.left").tag("reason", reason).counter().count();
  }
}
