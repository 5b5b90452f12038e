package dev.holdfast.watcher.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * The upkeep of the tables: partitions ahead, figures of windows, and the end of what is old. Run
 * it every minute or so. Several processes may: each step is done once.
 *
 * <p>A day of checks is dropped only when all figures that need it are computed.
 *
 * <p>Threading: for one thread at a time.
 */
public final class Maintenance {
  private final Database database;
  private final Retention retention;
  private final InstantSource clock;
  private final RollUps rollUps;

  public Maintenance(Database database, Retention retention, InstantSource clock) {
    this.database = database;
    this.retention = retention;
    this.clock = clock;
    this.rollUps = new RollUps(database, clock);
  }

  /**
   * The result of a run.
   *
   * @param windows how many windows were computed
   * @param daysDropped how many days of checks were dropped
   * @param figuresDeleted how many figures of windows and silences were deleted
   */
  public record Done(int windows, int daysDropped, long figuresDeleted) {}

  /**
   * Does all that is due.
   *
   * @throws SQLException if the database fails; the next run does what is left
   */
  public Done run() throws SQLException {
    makeDays();
    int windows = rollUps.compute();
    return new Done(windows, dropDays(), deleteFigures());
  }

  private void makeDays() throws SQLException {
    if (database.isHypertable()) {
      return;
    }
    LocalDate today = Days.of(clock.millis());
    List<LocalDate> days = new ArrayList<>();
    for (int ahead = 0; ahead <= Days.AHEAD; ahead++) {
      days.add(today.plusDays(ahead));
    }
    try (Connection connection = database.connection()) {
      if (Days.present(connection).containsAll(days)) {
        connection.rollback();
        return;
      }
      Days.make(connection, days);
      connection.commit();
    }
  }

  private int dropDays() throws SQLException {
    LocalDate first = Days.of(clock.millis()).minusDays(retention.checksDays());
    try (Connection connection = database.connection()) {
      LocalDate keptFrom = firstToDo(connection, first);
      int dropped =
          database.isHypertable()
              ? dropChunks(connection, keptFrom)
              : Days.dropBefore(connection, keptFrom);
      connection.commit();
      return dropped;
    }
  }

  /**
   * Returns the first day that is still needed for figures, or the given one if that is earlier.
   */
  private static LocalDate firstToDo(Connection connection, LocalDate first) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery("SELECT min(start) FROM windows_to_do WHERE minutes = 5")) {
      found.next();
      if (found.getTimestamp(1) == null) {
        return first;
      }
      LocalDate toDo = Days.of(found.getTimestamp(1).getTime());
      return toDo.isBefore(first) ? toDo : first;
    }
  }

  private static int dropChunks(Connection connection, LocalDate keptFrom) throws SQLException {
    try (PreparedStatement drop =
        connection.prepareStatement("SELECT drop_chunks('checks', ?::timestamptz)")) {
      drop.setString(1, keptFrom + " 00:00:00+00");
      int dropped = 0;
      try (ResultSet found = drop.executeQuery()) {
        while (found.next()) {
          dropped++;
        }
      }
      return dropped;
    }
  }

  private long deleteFigures() throws SQLException {
    long deleted = deleteBefore("gaps", "until", retention.hoursDays());
    for (RollUps.Size size : RollUps.Size.values()) {
      deleted += deleteBefore(size.table(), "start", retention.daysOf(size));
    }
    return deleted;
  }

  private long deleteBefore(String table, String column, int days) throws SQLException {
    LocalDate first = Days.of(clock.millis()).minusDays(days);
    try (Connection connection = database.patientConnection();
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM " + table + " WHERE " + column + " < ?")) {
      delete.setTimestamp(
          1, RollUps.timestamp(first.atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli()));
      long deleted = delete.executeUpdate();
      connection.commit();
      return deleted;
    }
  }
}
