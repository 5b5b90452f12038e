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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The upkeep of the tables: partitions ahead, figures of windows, and the end of what is old. Run
 * it every minute or so. Several processes may: each step is done once.
 *
 * <p>A day of checks is dropped only when all figures that need it are computed, but a week after
 * its time at the latest: a window that cannot be computed must not fill the disk.
 *
 * <p>Threading: for one thread at a time.
 */
public final class Maintenance {
  /** So many days after its time, a day of checks is dropped in any case. */
  static final int OVERDUE_DAYS = 7;

  private static final Logger log = LoggerFactory.getLogger(Maintenance.class);

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

  /** A step of a run. It returns how much it did. */
  @FunctionalInterface
  private interface Step {
    long run() throws SQLException;
  }

  /**
   * Does all that is due. A step that fails does not hold up the others.
   *
   * @throws SQLException if a step failed, with the failures of further ones suppressed in it; the
   *     next run does what is left
   */
  public Done run() throws SQLException {
    var failures = new ArrayList<SQLException>();
    attempt(failures, this::makeDays);
    long windows = attempt(failures, rollUps::compute);
    long dropped = attempt(failures, this::dropDays);
    long deleted = attempt(failures, () -> deleteBefore("gaps", "until", retention.hoursDays()));
    for (RollUps.Size size : RollUps.Size.values()) {
      deleted += attempt(failures, () -> deleteFigures(size));
    }
    if (!failures.isEmpty()) {
      SQLException first = failures.removeFirst();
      failures.forEach(first::addSuppressed);
      throw first;
    }
    return new Done((int) windows, (int) dropped, deleted);
  }

  private static long attempt(List<SQLException> failures, Step step) {
    try {
      return step.run();
    } catch (SQLException e) {
      failures.add(e);
    } catch (RuntimeException e) { // a bug of one step
      failures.add(new SQLException(e));
    }
    return 0;
  }

  private long makeDays() throws SQLException {
    if (database.isHypertable()) {
      return 0;
    }
    LocalDate today = Days.of(clock.millis());
    List<LocalDate> days = new ArrayList<>();
    for (int ahead = 0; ahead <= Days.AHEAD; ahead++) {
      days.add(today.plusDays(ahead));
    }
    try (Connection connection = database.connection()) {
      if (Days.present(connection).containsAll(days)) {
        connection.rollback();
        return 0;
      }
      Days.make(connection, days);
      connection.commit();
      return days.size();
    }
  }

  private long dropDays() throws SQLException {
    LocalDate first = firstKept(retention.checksDays());
    try (Connection connection = database.connection()) {
      LocalDate last = first.minusDays(OVERDUE_DAYS);
      LocalDate toDo = firstToDo(connection, first);
      LocalDate keptFrom = toDo.isBefore(last) ? last : toDo;
      int dropped =
          database.isHypertable()
              ? dropChunks(connection, keptFrom)
              : Days.dropBefore(connection, keptFrom);
      // Else they would be computed one day, from nothing.
      int forgotten = RollUps.forget(connection, RollUps.Size.MINUTES_5, beginMs(keptFrom));
      connection.commit();
      if (forgotten > 0) {
        log.error(
            "figures before {} could not be computed in {} days; their checks are dropped",
            keptFrom,
            OVERDUE_DAYS);
      }
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

  private long deleteFigures(RollUps.Size size) throws SQLException {
    int days = retention.daysOf(size);
    if (size.larger().isPresent()) { // a figure that is not computed yet would come from nothing
      try (Connection connection = database.connection()) {
        RollUps.forget(connection, size.larger().get(), beginMs(firstKept(days)));
        connection.commit();
      }
    }
    return deleteBefore(size.table(), "start", days);
  }

  private long deleteBefore(String table, String column, int days) throws SQLException {
    try (Connection connection = database.patientConnection();
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM " + table + " WHERE " + column + " < ?")) {
      delete.setTimestamp(1, RollUps.timestamp(beginMs(firstKept(days))));
      long deleted = delete.executeUpdate();
      connection.commit();
      return deleted;
    }
  }

  private LocalDate firstKept(int days) {
    return Days.of(clock.millis()).minusDays(days);
  }

  private static long beginMs(LocalDate day) {
    return day.atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();
  }
}
