package dev.holdfast.watcher.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class WatchCommandsTest {
  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();

  private int run(Object command, String... args) {
    return new CommandLine(command)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(errors))
        .execute(args);
  }

  @Test
  void example_isInOrder() throws Exception {
    assertThat(run(new ExampleCommand(), "--count", "40")).isZero();
    Path file = Files.writeString(directory.resolve("watch.yaml"), out.toString());
    assertThat(run(new ValidateCommand(), file.toString())).isZero();
    assertThat(out.toString()).endsWith("endpoints: 40, groups: 1" + System.lineSeparator());
  }

  @Test
  void example_withoutACount_showsAGroup() {
    assertThat(run(new ExampleCommand())).isZero();
    assertThat(out.toString()).contains("groups:").contains("endpoints:");
  }

  @Test
  void example_refusesACountOutOfItsBound() {
    assertThat(run(new ExampleCommand(), "--count", "0")).isEqualTo(2);
    assertThat(errors.toString()).startsWith("--count must be 1 to 20000, not 0");
  }

  @Test
  void validate_saysAllFaults() throws Exception {
    Path file = Files.writeString(directory.resolve("w.yaml"), "endpoints:\n- url: a\n- {}\n");
    assertThat(run(new ValidateCommand(), file.toString())).isEqualTo(2);
    assertThat(errors.toString().lines())
        .containsExactly(
            file + ":2: 'url' must begin with https:// or http://, not 'a'",
            file + ":3: an endpoint must have a 'url'");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void validate_ofADash_readsStandardInput() {
    InputStream usual = System.in;
    try {
      System.setIn(new ByteArrayInputStream("endpoints: [{url: a}]".getBytes(UTF_8)));
      assertThat(run(new ValidateCommand(), "-")).isEqualTo(2);
    } finally {
      System.setIn(usual);
    }
    assertThat(errors.toString()).startsWith("standard input:1: 'url' must begin with https://");
  }
}
