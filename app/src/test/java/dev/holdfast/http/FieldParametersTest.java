package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Among the fields are those that Jetty's own classes take in another way. */
final class FieldParametersTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "form-data; name=a | a",
        "form-data; name=\"a\" | a",
        "form-data;; x; NAME = a | a",
        "form-data; name=\"a;b\" | a;b",
        "form-data; name='a' | 'a'",
        "form-data; name=a\"b | a\"b",
        "form-data; name=\"a\"b | a",
        "form-data; name=\"a\\\"b\" | a\"b",
        "form-data; name=\"C:\\dir\\f\" | C:\\dir\\f",
        "form-data; name=\"a\\\\b\" | a\\b",
        "form-data; name=a; name=b | a",
        "form-data; name= | ``",
        "form-data; name=\"\" | ``",
      })
  void of_readsTheName(String field, String name) {
    assertThat(FieldParameters.of(field).orElseThrow()).containsEntry("name", name);
  }

  @Test
  void of_valueAlone_isWithoutParameters() {
    assertThat(FieldParameters.of("name=a").orElseThrow()).isEqualTo(Map.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"form-data; name=\"a", "form-data; name=\"a\\\"", "form-data; x=\""})
  void of_quoteWithoutAnEnd_isEmpty(String field) {
    assertThat(FieldParameters.of(field)).isEmpty();
  }
}
