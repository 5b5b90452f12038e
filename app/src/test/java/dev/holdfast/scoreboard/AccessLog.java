package dev.holdfast.scoreboard;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Lines of nginx's access log. */
final class AccessLog {
  /** The begin of the tests' logs: 2026-01-02T03:04:05Z. */
  static final long START = Instant.parse("2026-01-02T03:04:05Z").getEpochSecond();

  /** The time at which the tests read them. */
  static final InstantSource AFTERWARDS =
      InstantSource.fixed(Instant.ofEpochSecond(START).plus(Duration.ofDays(7)));

  private AccessLog() {}

  /** Returns the line of a request that ended so many seconds after the start. */
  static String line(
      long second, String method, String name, int status, long bytes, long ms, String servedBy) {
    return "{\"time\":\"%s\",\"method\":\"%s\",\"uri\":\"/api/fileserver/%s\",\"status\":%d,"
            .formatted(time(second), method, name, status)
        + "\"bytes_sent\":%d,\"request_time_s\":%d.%03d,\"upstream_time_s\":\"\","
            .formatted(bytes, ms / 1000, ms % 1000)
        + "\"request_id\":\"0123456789abcdef0123456789abcdef\",\"served_by\":\"%s\"}"
            .formatted(servedBy);
  }

  /** Returns the line of a GET that nginx answered with 200 within the millisecond. */
  static String ok(long second, String name) {
    return line(second, "GET", name, 200, 300, 0, "nginx");
  }

  /** Returns the figures of a log. */
  static Summary summary(List<String> lines) throws IOException {
    return summary(String.join("\n", lines) + (lines.isEmpty() ? "" : "\n"));
  }

  static Summary summary(String log) throws IOException {
    return read(new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8))).summary();
  }

  /** Returns the figures of a log, read a week after its beginning. */
  static Figures read(InputStream log) throws IOException {
    return LogReader.read(log, AFTERWARDS);
  }

  /** Returns the line with nginx's field about a client that gave up. */
  static String gaveUp(String line, long requestLength, String contentLength, String answerLength) {
    return line.replaceAll("}$", "")
        + ",\"gave_up\":\"request_length=%d content_length=%s answer_length=%s\"}"
            .formatted(requestLength, contentLength, answerLength);
  }

  private static String time(long second) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
        Instant.ofEpochSecond(START + second).atOffset(ZoneOffset.ofHours(2)));
  }
}
