package dev.holdfast.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Bodies;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SeenTest {
  private static final String NAME = "load-a";
  private static final int MIN = Bodies.lengthMin(NAME);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 8_191, 8_192, 8_193, 100_000})
  void of_whole(int over) {
    Bodies.Id id = Bodies.id(NAME, 7, 3, MIN + over);

    assertThat(Seen.of(NAME, Bodies.make(id))).isEqualTo(new Seen.Body(id));
  }

  @Test
  void of_cutAnywhere_isCorrupt() {
    byte[] body = Bodies.make(Bodies.id(NAME, 7, 3, MIN + 20));
    for (int length = 0; length < body.length; length++) {
      assertThat(Seen.of(NAME, Arrays.copyOf(body, length)))
          .as("%s bytes", length)
          .isInstanceOf(Seen.Corrupt.class);
    }
  }

  @Test
  void of_tinyBody_isCorrupt_sinceNoRunWritesIt() {
    for (int length = 0; length < MIN; length++) {
      assertThat(Seen.of(NAME, Bodies.make(Bodies.tiny(NAME, length))))
          .as("%s bytes", length)
          .isInstanceOf(Seen.Corrupt.class);
    }
  }

  @Test
  void of_bodyOfAnotherName_isCorrupt() {
    assertThat(Seen.of(NAME, Bodies.make(Bodies.id("load-b", 7, 3, 1_000))))
        .isInstanceOf(Seen.Corrupt.class);
  }
}
