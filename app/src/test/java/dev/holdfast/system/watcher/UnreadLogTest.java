package dev.holdfast.system.watcher;

import dev.holdfast.testkit.Await;
import dev.holdfast.watcher.store.DatabaseConfig;
import dev.holdfast.watcher.store.StoreFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A watcher whose output is a pipe that is full, and that nobody reads. */
@Tag("database")
class UnreadLogTest {
  /** Fills the pipe (pipe(7): 64 KiB), and runs the command. */
  private static final List<String> FULL_PIPE =
      List.of("sh", "-c", "head -c 65536 /dev/zero; exec \"$@\"", "sh");

  @RegisterExtension private final StoreFixture fixture = new StoreFixture();
  @TempDir private Path dir;

  @Test
  void watcher_becomesReady_andEnds() throws Exception {
    DatabaseConfig database = fixture.config();
    try (var watch =
        new WatchProcess(
            dir,
            FULL_PIPE,
            List.of("-Dlogback.configurationFile=logback.xml"),
            List.of("--db-url=" + database.url(), "--db-user=" + database.user()))) {
      watch.startUnread();

      Await.until("it is ready", () -> isReady(watch));
      watch.end();
    }
  }

  private static boolean isReady(WatchProcess watch) {
    try {
      return watch.status().at("/ready").asBoolean();
    } catch (IOException notYet) {
      return false;
    }
  }
}
