package dev.holdfast.watcher.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The partitions of {@code checks}: one a day, by UTC. A partition is made as a table of its own
 * and then attached, so that rows of other days can be written meanwhile.
 */
final class Days {
  /** Rows may be due so many days ahead of the clock; the partitions are made ahead as far. */
  static final int AHEAD = 2;

  private static final String PREFIX = "checks_d";
  private static final long LOCK = 0x686f_6c64_0001L;
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("uuuuMMdd", Locale.ROOT);

  private Days() {}

  static LocalDate of(long epochMs) {
    return Instant.ofEpochMilli(epochMs).atOffset(ZoneOffset.UTC).toLocalDate();
  }

  static String partition(LocalDate day) {
    return PREFIX + NAME.format(day);
  }

  /** Returns the day of a partition, or empty if the table is none. */
  static Optional<LocalDate> day(String table) {
    if (!table.startsWith(PREFIX)) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDate.parse(table.substring(PREFIX.length()), NAME));
    } catch (DateTimeParseException none) {
      return Optional.empty();
    }
  }

  /** Returns the days that have a partition, the oldest first. */
  static SortedSet<LocalDate> present(Connection connection) throws SQLException {
    var days = new TreeSet<LocalDate>();
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
                    + " WHERE i.inhparent = 'checks'::regclass")) {
      while (found.next()) {
        day(found.getString(1)).ifPresent(days::add);
      }
    }
    return days;
  }

  /** Makes the missing partitions of some days. The caller commits. */
  static void make(Connection connection, Iterable<LocalDate> days) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
      SortedSet<LocalDate> present = present(connection);
      for (LocalDate day : days) {
        if (!present.contains(day)) {
          String name = partition(day);
          statement.execute("CREATE TABLE " + name + " (LIKE checks INCLUDING ALL)");
          statement.execute(
              "ALTER TABLE checks ATTACH PARTITION "
                  + name
                  + " FOR VALUES FROM ('"
                  + day
                  + " 00:00:00+00') TO ('"
                  + day.plusDays(1)
                  + " 00:00:00+00')");
        }
      }
    }
  }

  /** Drops the partitions of all days before one. Returns how many. The caller commits. */
  static int dropBefore(Connection connection, LocalDate first) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // A reader of an old day holds this up, and this would hold up all who write.
      statement.execute("SET LOCAL lock_timeout = '2s'");
      statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
      var old = present(connection).headSet(first);
      for (LocalDate day : old) {
        statement.execute("DROP TABLE " + partition(day));
      }
      return old.size();
    }
  }
}
