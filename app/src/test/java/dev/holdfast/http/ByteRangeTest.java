package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.http.ByteRange.Asked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 0",
    "bytes=0-9, 0, 9",
    "bytes=2-, 2, 9",
    "bytes=9-, 9, 9",
    "bytes=3-99, 3, 9",
    "bytes=-3, 7, 9",
    "bytes=-99, 0, 9",
    "bytes = 1 - 2, 1, 2",
    "Bytes=1-2, 1, 2",
    "'bytes=1-2,', 1, 2",
    "'bytes=, ,1-2', 1, 2",
    "bytes=0-99999999999999999999, 0, 9",
    "bytes=-9223372036854775808, 0, 9",
    "bytes=00000000000000000001-00000000000000000002, 1, 2"
  })
  void parse_ofOneRangeInTheBody(String field, long first, long last) {
    assertThat(ByteRange.parse(field, 10)).isEqualTo(new Asked.Part(new ByteRange(first, last)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=10-",
        "bytes=10-20",
        "bytes=-0",
        "bytes=-000",
        "bytes=99999999999999999999-"
      })
  void parse_ofOneRangeOutsideTheBody(String field) {
    assertThat(ByteRange.parse(field, 10)).isEqualTo(new Asked.Unsatisfiable());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=5-2",
        "bytes=-",
        "bytes=a-b",
        "lines=0-1",
        "bytes=0-1,3-4",
        "",
        "bytes=1",
        "bytes=,",
        "bytes=1-2-3",
        "bytes=\u0661-2"
      })
  void parse_ofWhatIsNotOneRange_isTheWholeBody(String field) {
    assertThat(ByteRange.parse(field, 10)).isEqualTo(new Asked.Whole());
  }

  @Test
  void parse_ofAnEmptyBody_isUnsatisfiable() {
    assertThat(ByteRange.parse("bytes=0-", 0)).isEqualTo(new Asked.Unsatisfiable());
    assertThat(ByteRange.parse("bytes=-5", 0)).isEqualTo(new Asked.Unsatisfiable());
    assertThat(ByteRange.parse(null, 0)).isEqualTo(new Asked.Whole());
  }
}
