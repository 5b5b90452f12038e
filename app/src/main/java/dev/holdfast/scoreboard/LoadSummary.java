package dev.holdfast.scoreboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The summary that a load run leaves. What clients got wrong the access log cannot tell: it comes
 * from here alone.
 */
final class LoadSummary {
  private static final Logger log = LoggerFactory.getLogger(LoadSummary.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BYTES_MAX = 1 << 20;

  private LoadSummary() {}

  /**
   * How many answers of the run were wrong data; empty if that was not measured, so as long as the
   * file is missing, not whole, or without the key {@code invalid_data}.
   */
  static OptionalLong invalidData(Path summary) {
    if (!Files.isRegularFile(summary)) {
      return OptionalLong.empty();
    }
    try (InputStream in = Files.newInputStream(summary)) {
      JsonNode count = JSON.readTree(in.readNBytes(BYTES_MAX)).path("invalid_data");
      return count.isIntegralNumber() ? OptionalLong.of(count.asLong()) : OptionalLong.empty();
    } catch (IOException e) {
      log.debug("{} is not read, it may be being written", summary, e);
      return OptionalLong.empty();
    }
  }
}
