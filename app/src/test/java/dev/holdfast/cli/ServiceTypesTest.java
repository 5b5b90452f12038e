package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ServiceTypesTest {
  /** A service that runs alone has a line in the file, with its name and its port. No other has. */
  @Test
  void all_thatRunAlone_areInCompose() throws IOException {
    var lines = new TreeMap<String, String>();
    for (String line : Files.readAllLines(Path.of("..", "compose", "services"))) {
      String[] words = line.replaceFirst("#.*", "").strip().split("\\s+", 3);
      if (words.length > 1) {
        lines.put(words[0], words[1]);
      }
    }
    var types = new TreeMap<String, String>();
    ServiceTypes.ALL.stream()
        .filter(type -> type.port() != 0)
        .forEach(type -> types.put(type.name(), Integer.toString(type.port())));
    assertThat(lines).as("compose/services").isEqualTo(types);
  }
}
