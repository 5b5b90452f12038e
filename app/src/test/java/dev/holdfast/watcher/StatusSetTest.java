package dev.holdfast.watcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusSetTest {
  @ParameterizedTest
  @CsvSource({
    "200, 200",
    "'301,200-299', '200-299,301'",
    "'200-203, 204', 200-204",
    "'100-599', 100-599",
    "'200,200', 200",
    "'404-404', 404"
  })
  void parse_writesTheShortestText(String text, String shortest) {
    assertThat(StatusSet.parse(text)).hasToString(shortest).isEqualTo(StatusSet.parse(shortest));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ",", "200,", "99", "600", "2xx", "200-", "-200", "299-200", "200-700", "+200"})
  void parse_refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> StatusSet.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("status ");
  }

  @Property
  void set_hasItsCodes_andItsTextIsReadBack(
      @ForAll @NotEmpty Set<@IntRange(min = 100, max = 599) Integer> codes) {
    StatusSet set =
        StatusSet.parse(codes.stream().map(String::valueOf).collect(Collectors.joining(",")));
    for (int code = 0; code < 700; code++) {
      assertThat(set.contains(code)).isEqualTo(codes.contains(code));
    }
    assertThat(StatusSet.parse(set.toString())).isEqualTo(set).hasSameHashCodeAs(set);
  }

  @Test
  void contains_anythingThatASiteMaySay() {
    assertThat(StatusSet.SUCCESS.contains(-1)).isFalse();
    assertThat(StatusSet.SUCCESS.contains(Integer.MAX_VALUE)).isFalse();
    assertThat(StatusSet.SUCCESS.contains(204)).isTrue();
  }
}
