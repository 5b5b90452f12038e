package dev.holdfast.watcher.store;

import dev.holdfast.watcher.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Computes the figures of windows: of 5 minutes from checks, of an hour from those, of a day from
 * those of hours. A window is computed whenever it got rows and its time is over, and then all of
 * it anew: rows that come late change the past. A run computes each window once at most: one that
 * gets rows all the time holds up no other.
 *
 * <p>Who writes rows appends a note of their windows in the same transaction, and waits for nobody.
 * The notes of a window are taken off in the transaction that computes it, before it reads. So a
 * row that it does not see is one whose note it has not taken.
 *
 * <p>A window that cannot be computed keeps its notes, and comes last in the next run.
 *
 * <p>Threading: for one thread at a time. Several processes may compute: they take turns.
 */
public final class RollUps {
  private static final int FETCHED = 5_000;
  private static final long GRACE_MS = 30_000;
  private static final long LOCK = 0x686f_6c64_0003L;
  private static final int VALID_S = 2;

  /** A run ends with so many windows that failed. The others come first in the next one. */
  private static final int FAILURES_MAX = 100;

  /** The endpoint of figures that stand for the silences of a location. No endpoint has it. */
  private static final int SILENCES = 0;

  private final Database database;
  private final InstantSource clock;
  private final Set<Window> failed = new HashSet<>(); // in the last run

  /** A window of a size. */
  private record Window(Size size, long startMs) {
    @Override
    public String toString() {
      return size.table() + " from " + Instant.ofEpochMilli(startMs);
    }
  }

  public RollUps(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** The sizes of windows. */
  enum Size {
    MINUTES_5(5, "checks_5m"),
    HOUR(60, "checks_1h"),
    DAY(1_440, "checks_1d");

    private final int minutes;
    private final String table;

    Size(int minutes, String table) {
      this.minutes = minutes;
      this.table = table;
    }

    int minutes() {
      return minutes;
    }

    String table() {
      return table;
    }

    long ms() {
      return minutes * 60_000L;
    }

    Optional<Size> larger() {
      return switch (this) {
        case MINUTES_5 -> Optional.of(HOUR);
        case HOUR -> Optional.of(DAY);
        case DAY -> Optional.empty();
      };
    }
  }

  /** Notes that windows have to be computed. It waits for nobody. The caller commits. */
  static void note(Connection connection, Size size, Collection<Long> startsMs)
      throws SQLException {
    if (startsMs.isEmpty()) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO windows_to_do (minutes, start) VALUES (?, ?)")) {
      for (long startMs : startsMs) {
        insert.setInt(1, size.minutes());
        insert.setTimestamp(2, timestamp(startMs));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** Takes the notes of all windows before a moment off. Returns how many. The caller commits. */
  static int forget(Connection connection, Size size, long beforeMs) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM windows_to_do WHERE minutes = ? AND start < ?")) {
      delete.setInt(1, size.minutes());
      delete.setTimestamp(2, timestamp(beforeMs));
      return delete.executeUpdate();
    }
  }

  /**
   * Computes all windows that have to be computed and whose time is over.
   *
   * @return how many
   * @throws SQLException if the database fails, or a window could not be computed. The windows that
   *     are left come next time
   */
  public int compute() throws SQLException {
    int computed = 0;
    var failures = new ArrayList<SQLException>();
    for (Size size : Size.values()) {
      for (Window window : toDo(size)) {
        if (isComputed(window, failures)) {
          computed++;
        }
        if (failures.size() == FAILURES_MAX) {
          throw failed(failures);
        }
      }
    }
    if (!failures.isEmpty()) {
      throw failed(failures);
    }
    return computed;
  }

  private static SQLException failed(List<SQLException> failures) {
    SQLException first = failures.getFirst();
    return new SQLException(
        failures.size() + " windows could not be computed, first " + first.getMessage(), first);
  }

  /** Returns the windows that have to be computed, the oldest first, but those that failed last. */
  private List<Window> toDo(Size size) throws SQLException {
    var sound = new LinkedHashSet<Window>();
    var doubtful = new LinkedHashSet<Window>();
    try (Connection connection = database.connection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT DISTINCT start FROM windows_to_do WHERE minutes = ? AND start <= ?"
                    + " ORDER BY start")) {
      select.setInt(1, size.minutes());
      select.setTimestamp(2, timestamp(clock.millis() - size.ms() - GRACE_MS));
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          var window = new Window(size, found.getTimestamp(1).getTime());
          (failed.contains(window) ? doubtful : sound).add(window);
        }
      }
      connection.rollback();
    }
    failed.removeIf(window -> window.size == size && !doubtful.contains(window));
    return Stream.concat(sound.stream(), doubtful.stream()).toList();
  }

  /**
   * Computes a window. Returns false if another process has done so meanwhile, or if it failed.
   *
   * @param failures gets the failure. The others can be computed all the same
   * @throws SQLException if it failed, and the database is gone
   */
  private boolean isComputed(Window window, List<SQLException> failures) throws SQLException {
    try (Connection connection = database.patientConnection()) {
      try {
        boolean isTaken = isTaken(connection, window);
        if (isTaken) {
          compute(connection, window.size, window.startMs);
          noteLarger(connection, window);
        }
        connection.commit();
        failed.remove(window);
        return isTaken;
      } catch (SQLException | RuntimeException e) { // also a row that nobody understands
        failed.add(window);
        Rollback.quietly(connection);
        var failure = new SQLException(window + ": " + e.getMessage(), e);
        if (!connection.isValid(VALID_S)) {
          throw failure;
        }
        failures.add(failure);
        return false;
      }
    }
  }

  /** Takes the notes of a window off. Returns false if it has none any more. */
  private static boolean isTaken(Connection connection, Window window) throws SQLException {
    try (Statement lock = connection.createStatement();
        PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM windows_to_do WHERE minutes = ? AND start = ?")) {
      lock.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
      delete.setInt(1, window.size.minutes());
      delete.setTimestamp(2, timestamp(window.startMs));
      return delete.executeUpdate() > 0;
    }
  }

  private static void noteLarger(Connection connection, Window window) throws SQLException {
    if (window.size.larger().isPresent()) {
      Size larger = window.size.larger().get();
      long startMs = window.startMs - Math.floorMod(window.startMs, larger.ms());
      note(connection, larger, List.of(startMs));
    }
  }

  private static void compute(Connection connection, Size size, long startMs) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM " + size.table() + " WHERE start = ?")) {
      delete.setTimestamp(1, timestamp(startMs));
      delete.executeUpdate();
    }
    String from =
        switch (size) {
          case MINUTES_5 ->
              "SELECT endpoint, location, outcome, kind, flags,"
                  + " coalesce(dns_us, 0)::bigint + coalesce(connect_us, 0) + coalesce(tls_us, 0)"
                  + " + coalesce(first_byte_us, 0) + coalesce(transfer_us, 0) FROM checks"
                  + " WHERE due >= ? AND due < ?";
          case HOUR -> parts(Size.MINUTES_5);
          case DAY -> parts(Size.HOUR);
        };
    try (PreparedStatement select =
            connection.prepareStatement(from + " ORDER BY endpoint, location");
        var insert = new Insertion(connection, size, startMs)) {
      select.setTimestamp(1, timestamp(startMs));
      select.setTimestamp(2, timestamp(startMs + size.ms()));
      select.setFetchSize(FETCHED);
      if (size == Size.MINUTES_5) {
        addSilences(connection, startMs, insert);
      }
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          Tally tally = insert.tallyOf(found.getInt(1), found.getInt(2));
          if (size == Size.MINUTES_5) {
            boolean isAgain = found.getInt(4) == 1 || found.getInt(4) == 2;
            tally.add(Codes.outcome(found.getInt(3)), !isAgain, found.getInt(5), found.getLong(6));
          } else {
            tally.add(part(found));
          }
        }
      }
      insert.end();
    }
  }

  /**
   * Adds the slots of silences, as missed ones of no endpoint. The slots of a silence are spread
   * evenly over its time, so each window has its share, and the shares add up to all of them.
   */
  private static void addSilences(Connection connection, long startMs, Insertion insert)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT location, after, until, slots FROM gaps WHERE after < ? AND until > ?"
                + " ORDER BY location")) {
      long endMs = startMs + Size.MINUTES_5.ms();
      select.setTimestamp(1, timestamp(endMs));
      select.setTimestamp(2, timestamp(startMs));
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          long afterMs = found.getTimestamp(2).getTime();
          long untilMs = found.getTimestamp(3).getTime();
          double slotsPerMs = found.getLong(4) / (double) (untilMs - afterMs);
          long before = (long) (slotsPerMs * (Math.max(startMs, afterMs) - afterMs));
          long behind =
              endMs < untilMs ? (long) (slotsPerMs * (endMs - afterMs)) : found.getLong(4);
          if (behind > before) {
            insert.tallyOf(SILENCES, found.getInt(1)).addMissed(behind - before);
          }
        }
      }
    }
  }

  private static String parts(Size size) {
    return "SELECT endpoint, location, slots, again, up, degraded, down, undecided, agent, missed,"
        + " tainted, micros_sum, micros_max, histogram FROM "
        + size.table()
        + " WHERE start >= ? AND start < ?";
  }

  /** Returns a tally as {@link #parts} selects it. */
  private static Tally part(ResultSet found) throws SQLException {
    long[] outcomes = new long[Outcome.values().length];
    for (int i = 0; i < outcomes.length; i++) {
      outcomes[i] = found.getLong(5 + i);
    }
    return new Tally(
        found.getLong(3),
        found.getLong(4),
        outcomes,
        found.getLong(11),
        found.getLong(12),
        found.getLong(13),
        Histogram.of(found.getBytes(14)));
  }

  static Timestamp timestamp(long epochMs) {
    return Timestamp.from(Instant.ofEpochMilli(epochMs));
  }
}
