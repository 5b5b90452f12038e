package dev.holdfast.http;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters behind the value of a field such as {@code Content-Type} (RFC 9110, 5.6.6).
 *
 * <p>Threading: for one thread at a time.
 */
final class FieldParameters {
  private final String field;
  private int at;

  private FieldParameters(String field) {
    this.field = field;
    this.at = next(';', 0);
  }

  /**
   * Returns the values by their names in lower case, of two of one name the first; empty if a quote
   * has no end. In quotes a backslash escapes a quote and itself; before anything else it is what
   * it is, as browsers mean it in a file name.
   */
  static Optional<Map<String, String>> of(String field) {
    return new FieldParameters(field).read();
  }

  private Optional<Map<String, String>> read() {
    var parameters = new HashMap<String, String>();
    while (at < field.length()) {
      at++; // the semicolon
      int equals = next('=', at);
      int semicolon = next(';', at);
      if (semicolon <= equals) {
        at = semicolon; // no parameter
        continue;
      }
      String name = field.substring(at, equals).strip().toLowerCase(Locale.ROOT);
      at = equals + 1;
      Optional<String> value = value();
      if (value.isEmpty()) {
        return Optional.empty();
      }
      parameters.putIfAbsent(name, value.get());
      at = next(';', at);
    }
    return Optional.of(parameters);
  }

  private Optional<String> value() {
    while (at < field.length() && (field.charAt(at) == ' ' || field.charAt(at) == '\t')) {
      at++;
    }
    if (at < field.length() && field.charAt(at) == '"') {
      at++;
      return quoted();
    }
    int begin = at;
    at = next(';', at);
    return Optional.of(field.substring(begin, at).strip());
  }

  /** Empty if the quote has no end. */
  private Optional<String> quoted() {
    var value = new StringBuilder();
    for (; at < field.length(); at++) {
      char c = field.charAt(at);
      if (c == '"') {
        at++;
        return Optional.of(value.toString());
      }
      if (c == '\\' && at + 1 < field.length() && "\"\\".indexOf(field.charAt(at + 1)) >= 0) {
        at++;
      }
      value.append(field.charAt(at));
    }
    return Optional.empty();
  }

  /** The index of a character from one on, or the length. */
  private int next(char c, int from) {
    int found = field.indexOf(c, from);
    return found < 0 ? field.length() : found;
  }
}
