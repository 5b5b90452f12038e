package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTagsTest {
  @Test
  void parse_readsAList() {
    EntityTags tags = EntityTags.parse("If-Match", "\"a\", W/\"b\" ,\"c,d\"");
    assertThat(tags.tags()).containsExactly("\"a\"", "W/\"b\"", "\"c,d\"");
    assertThat(tags.containsStrong("\"a\"")).isTrue();
    assertThat(tags.containsStrong("\"b\"")).isFalse();
    assertThat(tags.containsWeak("\"b\"")).isTrue();
    assertThat(tags.containsStrong("\"x\"")).isFalse();
    assertThat(tags.containsStrong("W/\"b\"")).isFalse();
  }

  @Test
  void parse_ofAStar_matchesAnything() {
    EntityTags tags = EntityTags.parse("If-Match", " * ");
    assertThat(tags.containsStrong("\"a\"")).isTrue();
    assertThat(tags.containsWeak("W/\"a\"")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "\"a", "\"a\" \"b\"", "\"a\", b", "**", "\"a\", *"})
  void parse_ofAnythingElse_isABadRequest(String field) {
    assertThatThrownBy(() -> EntityTags.parse("If-Match", field))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().status()).isEqualTo(400);
              assertThat(e.problem().detail()).contains("If-Match");
            });
  }
}
