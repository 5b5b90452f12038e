package dev.holdfast.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OptionsTest {
  private static final String OPTION = "optionsTest";

  @AfterEach
  void clear() {
    System.clearProperty("holdfast." + OPTION);
  }

  @Test
  void missingOrBlank_isTheDefault() {
    assertThat(Options.text(OPTION, "a")).isEqualTo("a");
    set(" ");
    assertThat(Options.number(OPTION, 3)).isEqualTo(3);
    assertThat(Options.decimal(OPTION, 0.5)).isEqualTo(0.5);
    assertThat(Options.flag(OPTION)).isFalse();
  }

  @Test
  void given_isTaken() {
    set(" 25 ");
    assertThat(Options.number(OPTION, 3)).isEqualTo(25);
    set("0.25");
    assertThat(Options.decimal(OPTION, 3)).isEqualTo(0.25);
    set("true");
    assertThat(Options.flag(OPTION)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.5", "x", "-1", "NaN", "1e12"})
  void number_notWholeOrOutOfRange_saysSo(String value) {
    set(value);

    assertThatThrownBy(() -> Options.number(OPTION, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("holdfast." + OPTION)
        .hasMessageContaining(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"True", "yes", "1"})
  void flag_neitherTrueNorFalse_saysSo(String value) {
    set(value);

    assertThatThrownBy(() -> Options.flag(OPTION)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void unknown_isRefused_withThoseThatThereAre() {
    System.setProperty("holdfast.optionsTset", "1");
    try {
      Options.number(OPTION, 3);
      assertThatThrownBy(Options::requireKnown)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no option of this simulation: optionsTset")
          .hasMessageMatching(".*it has .*\\boptionsTest\\b.*");
      Options.text("optionsTset", "");
      Options.requireKnown();
    } finally {
      System.clearProperty("holdfast.optionsTset");
    }
  }

  private static void set(String value) {
    System.setProperty("holdfast." + OPTION, value);
  }
}
