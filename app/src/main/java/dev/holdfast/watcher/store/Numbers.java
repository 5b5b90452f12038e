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
 * The numbers of the endpoints that are there. One that was removed from the list has none, so none
 * of its results is stored any more, such as that of a check that ran meanwhile.
 *
 * <p>Threading: for the writer's thread.
 */
final class Numbers {
  private final Map<String, Integer> numbers = new HashMap<>();
  private long revision;

  /** Returns the number of an endpoint, or empty if there is none. */
  OptionalInt of(String id) {
    Integer number = numbers.get(id);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /**
   * Brings the numbers up to date, for some rows. No endpoint is removed before the end of the
   * transaction. An address that is there again has no new revision, so all numbers are read anew
   * if one is missing.
   */
  void readFor(Connection connection, List<Row> rows) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      StoredEndpoints.awaitRemovals(statement);
      long newest = StoredEndpoints.revision(statement);
      boolean isMissing =
          rows.stream().anyMatch(row -> !row.isGap() && !numbers.containsKey(row.id()));
      if (newest == revision && !isMissing) {
        return;
      }
      numbers.clear();
      try (ResultSet found =
          statement.executeQuery("SELECT id, number FROM endpoints WHERE deleted_at IS NULL")) {
        while (found.next()) {
          numbers.put(found.getString(1), found.getInt(2));
        }
      }
      revision = newest;
    }
  }
}
