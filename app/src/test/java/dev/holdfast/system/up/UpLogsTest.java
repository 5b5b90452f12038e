package dev.holdfast.system.up;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.stack.Stack;
import dev.holdfast.stack.StackConfig;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.system.Api;
import dev.holdfast.system.TrafficStack;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Effort;
import dev.holdfast.testkit.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** nginx's access log under {@code up}: its bound, and the effects on others. */
@Tag("long")
@Timeout(1_800)
final class UpLogsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The bound of the logs. Some forty requests make a third of it. */
  private static final long LOGS_BYTES_MAX = 30_000;

  private static final int REQUESTS = Effort.of(240, 4_200);

  /** The requests at once. Their lines are well below a third of the bound. */
  private static final int AT_ONCE = 30;

  @TempDir Path dir;

  @Test
  void logsStayWithinTheirBound_andTheScoreboardMissesNothing() throws Exception {
    int board = FreePorts.one();
    StackConfig config =
        TrafficStack.withScoreboardPort(
            TrafficStack.withLogsBytesMax(config(), LOGS_BYTES_MAX), board);
    try (Stack stack = TrafficStack.start(config)) {
      var front = new Api(stack.front());
      var scoreboard = new Api(URI.create("http://127.0.0.1:" + board));
      int rotations = 0;
      long before = Long.MAX_VALUE;
      for (int i = 1; i <= REQUESTS; i++) {
        assertThat(front.get("..").status()).isEqualTo(400); // of which the sidecars know nothing
        if (i % AT_ONCE == 0) {
          int asked = i;
          Await.until("the scoreboard has counted " + i, () -> counted(scoreboard) == asked);
          Await.until("a full log is set aside", () -> size(config, "") < LOGS_BYTES_MAX / 3);
          assertThat(size(config, "") + size(config, ".1")).isLessThanOrEqualTo(LOGS_BYTES_MAX);
          rotations += size(config, "") < before ? 1 : 0;
          before = size(config, "");
        }
      }
      assertThat(rotations).as("logs that were set aside").isGreaterThan(3);
      assertThat(size(config, ".1")).isPositive();
    }
  }

  /** Writes cannot take the part of the disk that the logs may still take. */
  @Test
  void whatLogsMayStillTake_isNotRoomForWrites() throws Exception {
    long moreThanThereIs = 1L << 50;
    StackConfig config = TrafficStack.withLogsBytesMax(config(), moreThanThereIs);
    try (Stack stack = TrafficStack.start(config)) {
      assertThat(Api.problem(new Api(stack.front()).put("name", "body"), 503))
          .contains("disk", "full");
    }
  }

  private StackConfig config() throws IOException {
    return TrafficStack.config(dir, TrafficStack.files(Mode.BEHIND, 0), StagingLimits.DEFAULT);
  }

  private static int counted(Api scoreboard) throws IOException {
    return JSON.readTree(scoreboard.ask("GET", "/board").text()).at("/summary/requests").asInt();
  }

  private static long size(StackConfig config, String suffix) throws IOException {
    Path log = config.accessLog();
    try {
      return Files.size(log.resolveSibling(log.getFileName() + suffix));
    } catch (NoSuchFileException none) {
      return 0;
    }
  }
}
