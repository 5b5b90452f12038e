package dev.holdfast.watcher.store;

import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Phase;
import dev.holdfast.watcher.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Makes rows: their columns as COPY reads them in its text format (PostgreSQL, COPY, "Text
 * Format").
 */
final class RowText {
  /** The columns of a row's text, behind endpoint and location. */
  static final String COLUMNS =
      "due, kind, outcome, reason, flags, late_us, lag_us, wait_us, dns_us, connect_us, tls_us,"
          + " first_byte_us, transfer_us, status, body_bytes, protocol, address, certificate_ends,"
          + " detail, hops";

  private static final String NULL = "\\N";
  private static final char REPLACEMENT = '\uFFFD';

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS'+00'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final StringBuilder text = new StringBuilder(128);

  private RowText() {}

  static Row of(CheckResult result) {
    var row = new RowText();
    CheckResult.Answer answer = result.answer();
    row.column(time(Instant.ofEpochMilli(result.dueMs())));
    row.column(Codes.of(result.kind()));
    row.column(Codes.of(result.outcome()));
    row.column(Codes.of(result.reason()));
    row.column(Codes.of(result.flags()));
    row.column(integer(result.delay().lateMicros()));
    row.column(integer(result.delay().lagMicros()));
    for (Phase phase : Phase.values()) {
      OptionalLong micros = answer.phases().micros(phase);
      row.column(micros.isPresent() ? integer(micros.getAsLong()) : NULL);
    }
    row.column(answer.status().isPresent() ? Integer.toString(answer.status().getAsInt()) : NULL);
    row.column(answer.status().isPresent() ? integer(answer.bodyBytes()) : NULL);
    row.column(answer.protocol().map(RowText::escaped).orElse(NULL));
    row.column(answer.address().map(RowText::withoutZone).orElse(NULL));
    row.column(answer.certificateEnds().map(RowText::time).orElse(NULL));
    row.column(result.detail().isEmpty() ? NULL : escaped(result.detail()));
    row.column(answer.hops().isEmpty() ? NULL : escaped(String.join(" ", answer.hops())));
    return new Row(
        result.endpoint().text(),
        result.dueMs(),
        Codes.of(result.outcome()),
        Codes.of(result.reason()),
        result.counts(),
        row.bytes());
  }

  /** Makes the row of a silence: after, until, slots and reason. */
  static Row gap(long afterMs, long untilMs, long slots, Reason reason) {
    var row = new RowText();
    row.column(time(Instant.ofEpochMilli(afterMs)));
    row.column(time(Instant.ofEpochMilli(untilMs)));
    row.column(slots);
    row.column(Codes.of(reason));
    return new Row("", afterMs, 0, Codes.of(reason), false, row.bytes());
  }

  /** Returns a number as the column's type has it: at most some 35 minutes in µs. */
  private static String integer(long value) {
    return Long.toString(Math.min(value, Integer.MAX_VALUE));
  }

  private void column(long value) {
    column(Long.toString(value));
  }

  private void column(String value) {
    text.append(text.isEmpty() ? "" : "\t").append(value);
  }

  private byte[] bytes() {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  static String time(Instant instant) {
    return TIME.format(instant);
  }

  /**
   * Returns an address without the zone (RFC 4007) behind it, which the type inet does not have.
   */
  private static String withoutZone(String address) {
    int zone = address.indexOf('%');
    return escaped(zone < 0 ? address : address.substring(0, zone));
  }

  /** Returns a text that COPY reads as it was. A database takes no NUL, so that is replaced. */
  static String escaped(String value) {
    StringBuilder escaped = new StringBuilder(value.length() + 8);
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> escaped.append("\\\\");
        case '\t' -> escaped.append("\\t");
        case '\n' -> escaped.append("\\n");
        case '\r' -> escaped.append("\\r");
        case '\0' -> escaped.append(REPLACEMENT);
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }
}
