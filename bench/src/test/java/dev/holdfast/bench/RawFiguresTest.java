package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RawFiguresTest {
  private static final Map<String, String> MACHINE = Map.of("cpu", "one");

  @TempDir private Path directory;

  @Test
  void read_whatWasWritten() throws Exception {
    var results = new Results();
    results.add(
        new Results.Entry(
            "get",
            Candidate.HOLDFAST,
            2,
            1.5,
            Map.of("p50_us", 7),
            new Sample(3, 1, "byte 9"),
            "0.1 0.2 0.3"));
    Path file = directory.resolve("bench.json");

    RawFigures.write(file, MACHINE, List.of("--quick"), results);

    assertThat(RawFigures.read(file, MACHINE).entries()).isEqualTo(results.entries());
  }

  @Test
  void read_figuresOfAnotherMachine() throws Exception {
    Path file = directory.resolve("bench.json");
    RawFigures.write(file, MACHINE, List.of(), new Results());

    assertThatThrownBy(() -> RawFigures.read(file, Map.of("cpu", "two")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another machine");
  }
}
