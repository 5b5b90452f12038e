package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.names.BadNameException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CounterNameTest {
  @ParameterizedTest
  @CsvSource({
    "a, a",
    "%61, a",
    "a%2fb, a%2Fb",
    "a/b, a%2Fb",
    "%FF%00x, ''",
    "..., ...",
    "a b, a%20b",
    "%E4, %E4",
    "~._-, ~._-"
  })
  void names_haveOneSpelling(String given, String spelled) throws BadNameException {
    if (spelled.isEmpty()) {
      assertThatThrownBy(() -> CounterName.parse(given)).hasMessageContaining("NUL");
    } else {
      assertThat(CounterName.parse(given)).hasToString(spelled);
      assertThat(CounterName.parse(spelled)).isEqualTo(CounterName.parse(given));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "%2e", "%2E.", "a%0", "%", "%zz", "%00", "ä"})
  void badNames_areRefused(String given) {
    assertThatThrownBy(() -> CounterName.parse(given))
        .isInstanceOfSatisfying(BadNameException.class, e -> assertThat(e.isTooLong()).isFalse());
  }

  @Test
  void longNames_areRefused() throws BadNameException {
    assertThat(CounterName.parse("a".repeat(1_024)).length()).isEqualTo(1_024);
    assertThatThrownBy(() -> CounterName.parse("%61".repeat(1_025)))
        .isInstanceOfSatisfying(BadNameException.class, e -> assertThat(e.isTooLong()).isTrue());
  }

  @Test
  void names_areInTheOrderOfTheirBytes() throws BadNameException {
    assertThat(CounterName.parse("z")).isLessThan(CounterName.parse("%FF"));
    assertThat(CounterName.parse("a")).isLessThan(CounterName.parse("aa"));
    assertThat(CounterName.parse("abcdefgh")).isLessThan(CounterName.parse("abcdefgh%01"));
    assertThat(CounterName.parse("abcdefghz")).isLessThan(CounterName.parse("abcdefgh%80"));
    assertThat(CounterName.parse("%80")).isGreaterThan(CounterName.parse("abcdefgh"));
  }

  /** A bound may have NULs, which no name has. */
  @Test
  void bounds_areInTheOrderOfTheirBytes() throws BadNameException {
    CounterName name = CounterName.parse("a");
    assertThat(name).isLessThan(CounterName.bound(new byte[] {'a', 0}));
    assertThat(name).isGreaterThan(CounterName.bound(new byte[0]));
    assertThat(CounterName.bound(new byte[] {'a', 0})).isLessThan(CounterName.parse("a%01"));
  }
}
