package dev.holdfast.system.cas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every shell block of docs/cas.md as it is written, one after the other in one shell. */
final class CasDocTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\n(.*?)^```$");

  @TempDir Path directory;

  @Test
  void examples_doWhatTheySay() throws Exception {
    for (String program : new String[] {"bash", "curl", "sha256sum", "zstd"}) {
      Assumptions.assumeTrue(Program.find(program).isPresent(), "no " + program + " here");
    }
    String doc = Files.readString(Path.of("..", "docs", "cas.md"));
    List<String> blocks = BLOCK.matcher(doc).results().map(block -> block.group(1)).toList();
    assertThat(blocks).hasSizeGreaterThanOrEqualTo(4);
    try (var f = CasFixture.start(directory.resolve("stack"))) {
      String script =
          blocks.stream()
              .map(block -> block.replace("http://127.0.0.1:8080", f.facts.front().toString()))
              .collect(Collectors.joining("\n"));
      assertThat(script).doesNotContain(":8080");
      Path work = Files.createDirectory(directory.resolve("work"));
      Files.writeString(work.resolve("script"), script + "\necho all of it ran\n");

      Program.Result result =
          Program.run(work, Map.of(), List.of("bash", "-euo", "pipefail", "script"));

      assertThat(result.code()).as(result.output()).isZero();
      assertThat(result.output()).endsWith("all of it ran\n");
      assertThat(f.meter("holdfast_store_puts_total{outcome=\"new\",store=\"cas\"}"))
          .isGreaterThanOrEqualTo(3);
    }
  }
}
