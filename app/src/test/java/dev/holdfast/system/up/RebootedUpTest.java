package dev.holdfast.system.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.sidecar.Epoch;
import dev.holdfast.system.UpProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code up} after a restart of its host. The published files of the last boot may be damaged, and
 * none of them is served.
 */
@Timeout(1_800)
final class RebootedUpTest {
  @TempDir Path dir;

  @Test
  void upUnderAnotherBoot_servesNothingOfTheBootBefore() throws Exception {
    try (var up = new UpProcess(dir)) {
      up.set(Epoch.BOOT_VARIABLE, "boot-before");
      up.startUp();
      for (String name : List.of("empty", "torn", "whole", "a%20b")) {
        up.front().given(name, "the content of " + name);
      }
      assertThat(up.front().put("deleted", "deleted since").status()).isEqualTo(201);
      assertThat(up.front().delete("deleted").status()).isEqualTo(200);
      up.kill();
      Path before = onlyEpoch(up);
      assertThat(before.getFileName().toString()).contains("+boot-before+");
      replace(before.resolve("empty"), "");
      replace(before.resolve("torn"), "the con");
      replace(before.resolve("deleted"), "deleted since");
      replace(before.resolve("never-put"), "of nobody");

      up.set(Epoch.BOOT_VARIABLE, "boot-after");
      up.startUp();

      for (String name : List.of("empty", "torn", "whole", "a%20b")) {
        assertThat(up.front().get(name).text()).isEqualTo("the content of " + name);
      }
      for (String name : List.of("deleted", "never-put")) {
        assertThat(up.front().get(name).status()).as(name).isEqualTo(404);
      }
      assertThat(onlyEpoch(up).getFileName().toString()).contains("+boot-after+");
    }
  }

  private static Path onlyEpoch(UpProcess up) throws Exception {
    try (var epochs = Files.list(up.dataDir().resolve("staging/published"))) {
      List<Path> all = epochs.toList();
      assertThat(all).hasSize(1);
      return all.getFirst();
    }
  }

  /** Replaces a file by a new one, since an entry may be another name of the old one. */
  private static void replace(Path file, String content) throws Exception {
    Files.deleteIfExists(file);
    Files.writeString(file, content);
  }
}
