package dev.holdfast.watcher.store;

import dev.holdfast.watcher.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Computes the figures of windows: of 5 minutes from checks, of an hour from those, of a day from
 * those of hours. A window is computed whenever it got rows and its time is over, and then all of
 * it anew: rows that come late change the past.
 *
 * <p>Who writes rows notes their windows in the same transaction. A window is taken off the notes
 * in the transaction that computes it, before it reads. So a row that it does not see is one whose
 * note is still to come.
 *
 * <p>Threading: for one thread at a time. Several processes may compute: they take turns.
 */
public final class RollUps {
  private static final int FETCHED = 5_000;
  private static final long GRACE_MS = 30_000;

  private final Database database;
  private final InstantSource clock;

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

  /** Notes that windows have to be computed. The caller commits. */
  static void note(Connection connection, Size size, Collection<Long> startsMs)
      throws SQLException {
    if (startsMs.isEmpty()) {
      return;
    }
    // An update, not DO NOTHING: it waits for whoever takes the note off at this moment.
    try (PreparedStatement upsert =
        connection.prepareStatement(
            "INSERT INTO windows_to_do AS w (minutes, start) VALUES (?, ?)"
                + " ON CONFLICT (minutes, start) DO UPDATE SET touched = w.touched + 1")) {
      for (long startMs : startsMs) {
        upsert.setInt(1, size.minutes());
        upsert.setTimestamp(2, timestamp(startMs));
        upsert.executeUpdate();
      }
    }
  }

  /**
   * Computes all windows that have to be computed and whose time is over.
   *
   * @return how many
   * @throws SQLException if the database fails; the windows that are left come next time
   */
  public int compute() throws SQLException {
    int computed = 0;
    for (Size size : Size.values()) {
      OptionalLong next = computeNext(size);
      while (next.isPresent()) {
        computed++;
        next = computeNext(size);
      }
    }
    return computed;
  }

  /** Computes the oldest window of a size. Returns its start, or empty if there is none. */
  private OptionalLong computeNext(Size size) throws SQLException {
    try (Connection connection = database.patientConnection()) {
      boolean isDone = false;
      try {
        OptionalLong start = take(connection, size);
        if (start.isPresent()) {
          long startMs = start.getAsLong();
          compute(connection, size, startMs);
          if (size.larger().isPresent()) {
            Size larger = size.larger().get();
            note(connection, larger, List.of(startMs - Math.floorMod(startMs, larger.ms())));
          }
        }
        connection.commit();
        isDone = true;
        return start;
      } finally {
        if (!isDone) {
          Rollback.quietly(connection);
        }
      }
    }
  }

  private OptionalLong take(Connection connection, Size size) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM windows_to_do WHERE minutes = ? AND start ="
                + " (SELECT min(start) FROM windows_to_do WHERE minutes = ? AND start <= ?)"
                + " RETURNING start")) {
      delete.setInt(1, size.minutes());
      delete.setInt(2, size.minutes());
      delete.setTimestamp(3, timestamp(clock.millis() - size.ms() - GRACE_MS));
      try (ResultSet found = delete.executeQuery()) {
        return found.next()
            ? OptionalLong.of(found.getTimestamp(1).getTime())
            : OptionalLong.empty();
      }
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

  private static String parts(Size size) {
    return "SELECT endpoint, location, slots, up, degraded, down, undecided, agent, missed, tainted,"
        + " micros_sum, micros_max, histogram FROM "
        + size.table()
        + " WHERE start >= ? AND start < ?";
  }

  /** Returns a tally as {@link #parts} selects it. */
  private static Tally part(ResultSet found) throws SQLException {
    long[] outcomes = new long[Outcome.values().length];
    for (int i = 0; i < outcomes.length; i++) {
      outcomes[i] = found.getLong(4 + i);
    }
    return new Tally(
        found.getLong(3),
        outcomes,
        found.getLong(10),
        found.getLong(11),
        found.getLong(12),
        Histogram.of(found.getBytes(13)));
  }

  static Timestamp timestamp(long epochMs) {
    return Timestamp.from(Instant.ofEpochMilli(epochMs));
  }

  /** Inserts the tallies of a window, one endpoint after the other. */
  private static final class Insertion implements AutoCloseable {
    private static final int BATCH = 500;

    private final PreparedStatement insert;
    private final long startMs;
    private Tally tally = new Tally();
    private int endpoint;
    private int location;
    private boolean isEmpty = true;
    private int batched;

    Insertion(Connection connection, Size size, long startMs) throws SQLException {
      this.startMs = startMs;
      this.insert =
          connection.prepareStatement(
              "INSERT INTO "
                  + size.table()
                  + " (endpoint, location, start, slots, up, degraded, down, undecided, agent,"
                  + " missed, tainted, micros_sum, micros_max, histogram)"
                  + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    }

    Tally tallyOf(int ofEndpoint, int ofLocation) throws SQLException {
      if (isEmpty || ofEndpoint != endpoint || ofLocation != location) {
        add();
        endpoint = ofEndpoint;
        location = ofLocation;
        tally = new Tally();
        isEmpty = false;
      }
      return tally;
    }

    private void add() throws SQLException {
      if (isEmpty) {
        return;
      }
      insert.setInt(1, endpoint);
      insert.setInt(2, location);
      insert.setTimestamp(3, timestamp(startMs));
      insert.setLong(4, tally.slots());
      insert.setLong(5, tally.count(Outcome.UP));
      insert.setLong(6, tally.count(Outcome.DEGRADED));
      insert.setLong(7, tally.count(Outcome.DOWN));
      insert.setLong(8, tally.count(Outcome.UNDECIDED));
      insert.setLong(9, tally.count(Outcome.AGENT));
      insert.setLong(10, tally.count(Outcome.MISSED));
      insert.setLong(11, tally.tainted());
      insert.setLong(12, tally.microsSum());
      insert.setLong(13, tally.microsMax());
      insert.setBytes(14, tally.histogram().bytes());
      insert.addBatch();
      batched++;
      if (batched % BATCH == 0) {
        insert.executeBatch();
      }
    }

    void end() throws SQLException {
      add();
      insert.executeBatch();
    }

    @Override
    public void close() throws SQLException {
      insert.close();
    }
  }
}
