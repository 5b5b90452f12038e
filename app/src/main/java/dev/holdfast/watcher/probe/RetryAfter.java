package dev.holdfast.watcher.probe;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Reads {@code Retry-After} (RFC 9110 section 10.2.3). */
final class RetryAfter {
  /** The longest time that a site is believed, in ms: a day. */
  static final long MS_MAX = Duration.ofDays(1).toMillis();

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

  private RetryAfter() {}

  /** Returns how long the site asks to be left alone, in ms, or empty if it does not say. */
  static OptionalLong ms(Optional<String> field, Instant now) {
    String text = field.orElse("").strip();
    if (SECONDS.matcher(text).matches()) {
      return OptionalLong.of(Math.min(MS_MAX, Duration.ofSeconds(Long.parseLong(text)).toMillis()));
    }
    try {
      Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      long ms = Duration.between(now, until).toMillis();
      return OptionalLong.of(Math.clamp(ms, 0, MS_MAX));
    } catch (DateTimeParseException none) {
      return OptionalLong.empty();
    }
  }
}
