package dev.holdfast.counters.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The parameters of a query, each value as the client wrote it. */
record QueryParameters(Map<String, String> values) {
  /**
   * Takes a query apart. Of a name that comes twice, the first value counts.
   *
   * @param query empty if there is none
   */
  static QueryParameters of(String query) {
    var values = new LinkedHashMap<String, String>();
    for (String part : query.split("&", -1)) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        values.putIfAbsent(part.substring(0, equals), part.substring(equals + 1));
      }
    }
    return new QueryParameters(values);
  }

  /** Returns a value, or empty if it is missing or has no characters. */
  Optional<String> first(String name) {
    return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
  }
}
