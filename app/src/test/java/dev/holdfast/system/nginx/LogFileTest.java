package dev.holdfast.system.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cli.Main;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A further file for the logs. */
@Timeout(1_800)
final class LogFileTest {
  private static final String UP = "is up on port";

  @TempDir Path dir;

  @Test
  void fileThatIsNamed_getsTheSameEvents() throws Exception {
    Path file = dir.resolve("sidecar.log");
    run(file);
    assertThat(Files.readString(file)).contains(UP);
    assertThat(Files.readAllLines(dir.resolve("said"))).containsAll(Files.readAllLines(file));
  }

  @Test
  void fileThatCannotBe_keepsNothingFromStarting() throws Exception {
    run(dir.resolve("said/in-a-file"));
  }

  /** Runs a sidecar until it is up. */
  private void run(Path file) throws Exception {
    Path said = dir.resolve("said");
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dlogback.configurationFile=logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "sidecar",
                "--port=0",
                "--ring=127.0.0.1:1",
                "--self=127.0.0.1:1",
                "--origin=http://127.0.0.1:1",
                "--staging-dir=" + dir.resolve("staging"))
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().put("HOLDFAST_LOG_FILE", file.toString());
    Process sidecar = builder.start();
    try {
      Await.until(
          "it is up",
          () -> {
            assertThat(sidecar.isAlive()).as(Files.readString(said)).isTrue();
            return Files.readString(said).contains(UP);
          });
    } finally {
      sidecar.destroy();
      if (!sidecar.waitFor(Patience.STEP_S, TimeUnit.SECONDS)) {
        sidecar.destroyForcibly();
      }
    }
  }
}
