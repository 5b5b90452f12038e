package dev.holdfast.scoreboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The summary that a load run leaves. It alone tells how many answers had wrong data; the access
 * log cannot.
 */
final class LoadSummary {
  private static final Logger log = LoggerFactory.getLogger(LoadSummary.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BYTES_MAX = 1 << 20;

  private LoadSummary() {}

  /**
   * Returns how many answers of the run had wrong data, or empty if no run has measured it. That is
   * so while the file is missing, not whole, or without the keys {@code invalid_data} and {@code
   * end}.
   *
   * @param since a run that ended before this moment is not shown
   */
  static OptionalLong invalidData(Path summary, Instant since) {
    if (!Files.isRegularFile(summary)) {
      return OptionalLong.empty();
    }
    try (InputStream in = Files.newInputStream(summary)) {
      JsonNode keys = JSON.readTree(in.readNBytes(BYTES_MAX));
      JsonNode count = keys.path("invalid_data");
      boolean isCount = count.isIntegralNumber() && count.canConvertToLong();
      return isCount
              && count.asLong() >= 0
              && !Instant.parse(keys.path("end").asText()).isBefore(since)
          ? OptionalLong.of(count.asLong())
          : OptionalLong.empty();
    } catch (IOException | DateTimeParseException e) {
      log.debug("{} is no summary of a load run", summary, e);
      return OptionalLong.empty();
    }
  }
}
