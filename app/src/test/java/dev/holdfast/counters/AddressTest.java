package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
  @ParameterizedTest
  @CsvSource({
    "1.2.3.4, 1.2.3.4:7777",
    "1.2.3.4:80, 1.2.3.4:80",
    "' 001.2.3.4 ', 1.2.3.4:7777",
    "Host-1.Example, host-1.example:7777",
    "::1, [0:0:0:0:0:0:0:1]:7777",
    "[::1], [0:0:0:0:0:0:0:1]:7777",
    "[FE80::1]:1, [fe80:0:0:0:0:0:0:1]:1",
    "::ffff:1.2.3.4, 1.2.3.4:7777"
  })
  void addresses_haveOneSpelling(String given, String spelled) {
    Address address = Address.parse(given, 7777);
    assertThat(address).hasToString(spelled);
    assertThat(Address.parse(spelled, 1)).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ":",
        "1.2.3.4:0",
        "1.2.3.4:65536",
        "1.2.3.400",
        "1.2.3",
        "a b",
        "http://a",
        "[",
        "[]",
        "]",
        "[::1",
        "[::1:80",
        "[a]",
        "a:b",
        "1.2.3.4:",
        "::g",
        "-a",
        "[1.2.3.4]"
      })
  void otherTexts_areRefused(String given) {
    assertThatThrownBy(() -> Address.parse(given, 7777))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not an address of an actor: " + given);
  }
}
