package dev.holdfast.scoreboard;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * Reads lines of the access log ({@code log_format json} of nginx's configuration).
 *
 * <p>Threading: for one thread at a time.
 */
final class LogEntryParser {
  /** The path in front of the names of files. */
  private static final String FILES = "/api/fileserver/";

  /**
   * Longer names are cut, so that memory is bounded. A name of 255 bytes, every byte
   * percent-encoded, takes 765: no two names of files are one here.
   */
  static final int NAME_CHARS_MAX = 800;

  /** Longer requests count as so long. */
  private static final long DURATION_MS_MAX = 24L * 3600 * 1000;

  /** No request takes a year: such a time is damage. */
  private static final double DURATION_S_MAX = 366 * 24 * 3600.0;

  /** The most bytes of an answer, 1 PiB. A larger number is damage. */
  private static final long BYTES_MAX = 1L << 50;

  /**
   * The oldest time of a line. An older one comes from a clock that was never set, since the format
   * is younger.
   */
  private static final long SECOND_MIN = Instant.parse("2020-01-01T00:00:00Z").getEpochSecond();

  /** How far the clock of the log's machine may be ahead of ours, in seconds. */
  private static final long AHEAD_SECONDS_MAX = 24 * 3600;

  private static final JsonFactory JSON = new JsonFactory();

  private final InstantSource clock;
  private String lastTime = "";
  private long lastSecond = -1;

  LogEntryParser(InstantSource clock) {
    this.clock = clock;
  }

  /** Returns the entry, or empty if the bytes are not a line of an access log. */
  Optional<LogEntry> parse(byte[] line, int offset, int length) {
    try (JsonParser json = JSON.createParser(line, offset, length)) {
      return Optional.of(read(json));
    } catch (IOException | DateTimeParseException e) {
      return parseText(new String(line, offset, length, StandardCharsets.UTF_8));
    }
  }

  /** Parses a line. Names are any bytes, and nginx writes bytes that are not UTF-8 as they are. */
  private Optional<LogEntry> parseText(String line) {
    if (line.indexOf('\uFFFD') < 0) {
      return Optional.empty();
    }
    try (JsonParser json = JSON.createParser(line)) {
      return Optional.of(read(json));
    } catch (IOException | DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private LogEntry read(JsonParser json) throws IOException {
    long second = -1;
    String method = null;
    String uri = null;
    int status = -1;
    long bytesSent = -1;
    double durationS = -1;
    String gaveUp = null;
    ServedBy servedBy = null;
    boolean viaProxy = false;
    require(json, json.nextToken() == JsonToken.START_OBJECT);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "time" -> second = second(json.getText());
        case "method" -> method = json.getText();
        case "uri" -> uri = json.getText();
        case "status" -> status = (int) Math.min(1000, whole(json));
        case "bytes_sent" -> bytesSent = whole(json);
        case "request_time_s" -> durationS = json.getDoubleValue();
        case "served_by" -> servedBy = servedBy(json);
        case "gave_up" -> gaveUp = json.getText();
        case "via" -> viaProxy = json.getText().equals("proxy");
        default -> json.skipChildren();
      }
    }
    require(json, json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null);
    require(json, second >= 0 && method != null && uri != null && servedBy != null);
    require(json, status >= 0 && status <= 999 && bytesSent >= 0 && bytesSent <= BYTES_MAX);
    require(json, durationS >= 0 && durationS <= DURATION_S_MAX);
    long durationMs = Math.min(DURATION_MS_MAX, Math.round(durationS * 1000));
    return new LogEntry(
        second,
        method,
        name(uri),
        status,
        bytesSent,
        durationMs,
        servedBy,
        GaveUpParser.parse(gaveUp, status, bytesSent),
        viaProxy);
  }

  /**
   * Returns seconds since 1970, or −1 for a time that no line can have. Lines of one second follow
   * one another, so each text is parsed once.
   */
  private long second(String time) {
    if (!time.equals(lastTime)) {
      long second = OffsetDateTime.parse(time).toEpochSecond();
      long latest = clock.instant().getEpochSecond() + AHEAD_SECONDS_MAX;
      lastSecond = second >= SECOND_MIN && second <= latest ? second : -1;
      lastTime = time;
    }
    return lastSecond;
  }

  /** Returns a whole number. A fraction is damage. */
  private static long whole(JsonParser json) throws IOException {
    require(json, json.currentToken() == JsonToken.VALUE_NUMBER_INT);
    return json.getLongValue();
  }

  private static ServedBy servedBy(JsonParser json) throws IOException {
    return switch (json.getText()) {
      case "nginx" -> ServedBy.NGINX;
      case "sidecar" -> ServedBy.SIDECAR;
      case "origin" -> ServedBy.ORIGIN;
      default -> throw new IOException("unknown served_by");
    };
  }

  private static String name(String uri) {
    int begin = uri.startsWith(FILES) && uri.length() > FILES.length() ? FILES.length() : 0;
    int query = uri.indexOf('?', begin);
    int end = query < 0 ? uri.length() : query;
    return uri.substring(begin, Math.min(end, begin + NAME_CHARS_MAX));
  }

  private static void require(JsonParser json, boolean condition) throws IOException {
    if (!condition) {
      throw new IOException("not a line of the access log, at " + json.currentLocation());
    }
  }
}
