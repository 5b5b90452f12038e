package dev.holdfast.sidecar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.names.StoredName;
import dev.holdfast.service.StartFailure;
import dev.holdfast.system.Launcher;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Patience;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The name of the directory of published files. StartNginxTest compares the script with it. */
@Timeout(1_800)
final class EpochTest {
  private static final List<String> RING = List.of("a:1", "b:2");

  @TempDir Path dir;

  /** With another name a running stack would lose all published files. */
  @Test
  void of_isWhatItWas() {
    assertThat(Epoch.of("boot", RING)).isEqualTo("6+boot+0f4ca0698676b643");
  }

  @Test
  void of_anotherBootOrRing_isAnotherOne() {
    assertThat(
            Set.of(
                Epoch.of("boot", RING),
                Epoch.of("boot-2", RING),
                Epoch.of("boot", RING.reversed()),
                Epoch.of("boot", RING.subList(0, 1)),
                Epoch.of("boot", List.of("a:1", "b:22"))))
        .hasSize(5);
  }

  @Test
  void of_thisBoot_staysTheSame() throws StartFailure {
    assertThat(Epoch.of(RING)).isEqualTo(Epoch.of(RING)).isEqualTo(Epoch.sharedOf(RING));
  }

  /** Earlier versions had files where the directories are now. */
  @Test
  void of_isNoNameOfAFile() throws StartFailure {
    String epoch = Epoch.of(RING);
    assertThat(StoredName.parse(epoch)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "sidecar", "nginx-config"})
  void bootThatNoDirectoryCanBeCalledBy_isRefused(String command) throws Exception {
    ProcessBuilder builder =
        command.equals("nginx-config")
            ? Launcher.of(command, "--ring", "a:1", "--staging-dir", dir.toString())
            : Launcher.of(command, "--port", Integer.toString(FreePorts.one()));
    builder.environment().put(Epoch.BOOT_VARIABLE, "../boot");
    builder.environment().put("HOLDFAST_STAGING_DIR", dir.resolve("staging").toString());
    builder.environment().put("HOLDFAST_UP_DATA_DIR", dir.resolve("data").toString());
    Process process = builder.directory(dir.toFile()).start();
    String errors = new String(process.getErrorStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(Patience.STEP_S, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(errors)
        .isEqualTo(
            "holdfast %s: HOLDFAST_BOOT_ID: must be 1 to 64 letters, digits and dashes, not ../boot%n"
                .formatted(command));
  }
}
