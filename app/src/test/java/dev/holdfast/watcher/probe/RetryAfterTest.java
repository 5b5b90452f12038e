package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The field {@code Retry-After}. */
final class RetryAfterTest {
  private static final Instant NOW = Instant.parse("1994-11-06T08:49:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "120|120000",
        " 0 |0",
        "999999999|86400000",
        "Sun, 06 Nov 1994 08:49:37 GMT|37000",
        "Sun, 06 Nov 1994 08:00:00 GMT|0",
        "Sun, 06 Nov 2044 08:00:00 GMT|86400000"
      })
  void ms_known(String field, long ms) {
    assertThat(RetryAfter.ms(Optional.of(field), NOW)).isEqualTo(OptionalLong.of(ms));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-1", "1.5", "99999999999999999999"})
  void ms_unknown(String field) {
    assertThat(RetryAfter.ms(Optional.of(field), NOW)).isEmpty();
  }

  @Test
  void ms_none() {
    assertThat(RetryAfter.ms(Optional.empty(), NOW)).isEmpty();
  }
}
