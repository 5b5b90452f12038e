package dev.holdfast.bench;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The file with all measurements. Nothing is left out. */
final class RawFigures {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private RawFigures() {}

  static void write(Path file, Map<String, String> machine, List<String> command, Results results)
      throws IOException {
    var keys = new LinkedHashMap<String, Object>();
    keys.put("machine", machine);
    keys.put("command", command);
    keys.put("measurements", results.entries());
    JSON.writeValue(file.toFile(), keys);
  }

  /**
   * Reads the measurements of an earlier run on the same machine.
   *
   * @throws IOException if the machine or a version differs
   */
  static Results read(Path file, Map<String, String> machine) throws IOException {
    JsonNode root = JSON.readTree(file.toFile());
    Map<String, String> then =
        JSON.convertValue(root.get("machine"), new TypeReference<Map<String, String>>() {});
    if (!then.equals(machine)) {
      throw new IOException(
          "the figures in " + file + " are of another machine or other versions: " + then);
    }
    var results = new Results();
    for (JsonNode entry : root.get("measurements")) {
      results.add(JSON.treeToValue(entry, Results.Entry.class));
    }
    return results;
  }
}
