package dev.holdfast.watcher.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The numbers of the endpoints, those that are removed too: results from before the removal are
 * stored.
 *
 * <p>Threading: for the writer's thread.
 */
final class Numbers {
  private final Map<String, Integer> numbers = new HashMap<>();

  /** Returns the number of an endpoint, or empty if there was none at the last reading. */
  OptionalInt of(String id) {
    Integer number = numbers.get(id);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /** Reads all numbers anew if one of the rows has none. */
  void readFor(Connection connection, List<Row> rows) throws SQLException {
    boolean isMissing =
        rows.stream().anyMatch(row -> !row.isGap() && !numbers.containsKey(row.id()));
    if (!isMissing) {
      return;
    }
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("SELECT id, number FROM endpoints")) {
      while (found.next()) {
        numbers.put(found.getString(1), found.getInt(2));
      }
    }
  }
}
