package dev.holdfast.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.LogLines;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What settling tells who reads the log. */
class SettlingLogTest {
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
  void writeThatTheOriginKeepsRefusing_isAWarning_withItsName() throws Exception {
    try (LogLines log = LogLines.of(Settler.class.getName())) {
      f.server.troubles().start(Trouble.ANSWER_500);
      f.put("refused", "body");
      Await.until("it has been tried often enough", () -> !log.lines().isEmpty());
      assertThat(log.lines().getFirst())
          .startsWith("WARN refused is not settled after 3 attempts; it is kept: ")
          .contains("500");
    }
  }

  @Test
  void stop_saysHowMuchItLeaves() throws Exception {
    try (LogLines log = LogLines.of(BackgroundWork.class.getName())) {
      f.server.troubles().start(Trouble.ANSWER_429);
      for (String name : new String[] {"a", "b", "c"}) {
        f.put(name, "body");
      }
      f.restartServiceWith(f.originConfig);
      assertThat(log.lines())
          .containsExactly(
              "WARN 3 writes are not settled yet; they are kept and go on at the next start");
    }
    assertThat(f.store.allPending()).hasSize(3);
  }
}
