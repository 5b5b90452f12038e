package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChildrenTest {
  private static final String CORES = "0";

  @TempDir private Path directory;

  @Test
  void close_endsWhatRunsWithItsOwnChildren() throws Exception {
    var children = new Children();
    Process shell = start(children, "sleep 600 & echo started; wait");
    Children.await(shell, output(), () -> !read().isEmpty(), TimeUnit.SECONDS.toMillis(30));
    List<ProcessHandle> below = shell.descendants().toList();

    children.close();

    assertThat(below).isNotEmpty();
    assertThat(shell.isAlive()).isFalse();
    for (ProcessHandle one : below) {
      one.onExit().get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void start_afterClose() {
    var children = new Children();
    children.close();

    assertThatThrownBy(() -> start(children, "true")).isInstanceOf(IOException.class);
  }

  @Test
  void run_returnsWhatItPrints() throws Exception {
    try (var children = new Children()) {
      assertThat(children.run(CORES, directory, List.of("echo", "here"))).isEqualTo("here\n");
    }
  }

  @Test
  void run_failure_saysWhatItPrinted() {
    try (var children = new Children()) {
      assertThatThrownBy(
              () -> children.run(CORES, directory, List.of("sh", "-c", "echo why; exit 3")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("3")
          .hasMessageContaining("why");
    }
  }

  @Test
  void await_whatEnds_saysWhatItPrinted() throws Exception {
    try (var children = new Children()) {
      Process process = start(children, "echo cannot; exit 1");

      assertThatThrownBy(
              () -> Children.await(process, output(), () -> false, TimeUnit.MINUTES.toMillis(1)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot");
    }
  }

  private Process start(Children children, String script) throws IOException {
    return children.start(CORES, directory, Map.of(), output(), List.of("sh", "-c", script));
  }

  private Path output() {
    return directory.resolve("output");
  }

  private String read() {
    try {
      return Files.readString(output());
    } catch (IOException e) {
      return "";
    }
  }
}
