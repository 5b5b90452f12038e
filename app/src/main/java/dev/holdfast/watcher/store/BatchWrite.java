package dev.holdfast.watcher.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes batches, each in one transaction: its rows, the states that they change, and the windows
 * whose figures have to be computed anew.
 *
 * <ol>
 *   <li>A batch is copied straight into the table.
 *   <li>If that fails, or may have happened before, it is copied into a temporary table. Missing
 *       partitions are made. Rows that the table has already stay as they are, but one that was
 *       measured takes the place of one that was not.
 * </ol>
 *
 * <p>Threading: for the writer's thread.
 */
final class BatchWrite {
  private static final Logger log = LoggerFactory.getLogger(BatchWrite.class);
  private static final long WINDOW_MS = 300_000;

  /** A row that is due further ahead of the database's clock changes no state, in ms. */
  private static final long AHEAD_MS = 5_000;

  private static final String INTO_TEMPORARY =
      "CREATE TEMPORARY TABLE IF NOT EXISTS incoming (LIKE checks) ON COMMIT DELETE ROWS";

  /** Outcomes 0 to 2 are measured: see {@link Codes}. */
  private static final String FROM_TEMPORARY =
      "INSERT INTO checks AS c (SELECT DISTINCT ON (endpoint, due, location, kind) * FROM incoming"
          + " ORDER BY endpoint, due, location, kind, outcome)"
          + " ON CONFLICT (endpoint, due, location, kind) DO UPDATE SET "
          + assignments()
          + " WHERE excluded.outcome <= 2 AND c.outcome > 2";

  private static final String STATES =
      "INSERT INTO state AS s (endpoint, location, due, outcome, reason, since)"
          + " SELECT u.endpoint, ?, u.due, u.outcome, u.reason, u.due"
          + " FROM unnest(?::integer[], ?::timestamptz[], ?::smallint[], ?::smallint[])"
          + " AS u (endpoint, due, outcome, reason)"
          + " JOIN endpoints e ON e.number = u.endpoint AND e.deleted_at IS NULL"
          + " ORDER BY u.endpoint"
          + " ON CONFLICT (endpoint, location) DO UPDATE SET"
          + " due = excluded.due, outcome = excluded.outcome, reason = excluded.reason,"
          + " since = CASE WHEN s.outcome = excluded.outcome THEN s.since ELSE excluded.since END"
          + " WHERE excluded.due > s.due OR s.due > clock_timestamp() + interval '5 s'";

  /** Notes each window of 5 minutes that a silence touches and whose checks are still kept. */
  private static final String NOTE_GAP =
      "INSERT INTO windows_to_do (minutes, start) SELECT 5, generate_series("
          + "date_bin('5 minutes', greatest(?::timestamptz, ?::timestamptz),"
          + " timestamptz 'epoch'),"
          + " least(?::timestamptz, ?::timestamptz), interval '5 minutes')";

  private final int retentionDays;
  private final boolean isHypertable;
  private final InstantSource clock;
  private final WriterCounts counts;
  private final Numbers numbers = new Numbers();
  private boolean isAhead; // true if the last batch had rows that are due too far ahead

  /** A row with the number of its endpoint. */
  private record Numbered(int endpoint, Row row) {}

  BatchWrite(int retentionDays, boolean isHypertable, InstantSource clock, WriterCounts counts) {
    this.retentionDays = retentionDays;
    this.isHypertable = isHypertable;
    this.clock = clock;
    this.counts = counts;
  }

  private static String assignments() {
    var assignments = new ArrayList<String>();
    for (String column : RowText.COLUMNS.split(", ?", -1)) {
      if (!column.equals("due") && !column.equals("kind")) {
        assignments.add(column + " = excluded." + column);
      }
    }
    return String.join(", ", assignments);
  }

  /**
   * Writes a batch and commits.
   *
   * @param location the number of the location that the rows are of
   * @param isDoubtful true if it may be in the table already, or did not go straight into it
   * @throws SQLException if it is not known whether the batch is written, or if it is not
   */
  void write(Connection connection, List<Row> rows, int location, boolean isDoubtful)
      throws SQLException {
    long nowMs = clock.millis();
    LocalDate first = Days.of(nowMs).minusDays(retentionDays);
    LocalDate last = Days.of(nowMs).plusDays(Days.AHEAD);
    if (isDoubtful && !isHypertable) {
      makeDays(connection, rows, first, last);
    }
    numbers.readFor(connection, rows);
    var kept = new ArrayList<Numbered>(rows.size());
    var gaps = new ArrayList<Row>();
    int old = 0;
    int early = 0;
    int strange = 0;
    for (Row row : rows) {
      LocalDate day = Days.of(row.dueMs());
      OptionalInt number = numbers.of(row.id());
      if (row.isGap() ? !isAfter(row, first) : day.isBefore(first)) {
        old++;
      } else if (day.isAfter(last)) {
        early++;
      } else if (row.isGap()) {
        gaps.add(row);
      } else if (number.isEmpty()) {
        strange++;
      } else {
        kept.add(new Numbered(number.getAsInt(), row));
      }
    }
    long written =
        isDoubtful
            ? writeDoubtful(connection, kept, location)
            : copy(connection, "checks", kept, location);
    writeGaps(connection, gaps, location, first, last);
    writeStates(connection, kept, location);
    noteWindows(connection, kept);
    connection.commit();
    counts.written.add(written + gaps.size());
    counts.known.add(kept.size() - written);
    counts.old.add(old);
    counts.early.add(early);
    counts.strange.add(strange);
  }

  /** Makes the partitions that are missing for rows, and commits. */
  private static void makeDays(
      Connection connection, List<Row> rows, LocalDate first, LocalDate last) throws SQLException {
    var days = new TreeSet<LocalDate>();
    rows.stream().filter(row -> !row.isGap()).forEach(row -> days.add(Days.of(row.dueMs())));
    days.removeIf(day -> day.isBefore(first) || day.isAfter(last));
    days.removeAll(Days.present(connection));
    if (!days.isEmpty()) {
      Days.make(connection, days);
      connection.commit(); // the rows that may follow must not wait for the lock
    }
  }

  private static long writeDoubtful(Connection connection, List<Numbered> rows, int location)
      throws SQLException {
    if (rows.isEmpty()) {
      return 0;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(INTO_TEMPORARY);
      copy(connection, "incoming", rows, location);
      return statement.executeUpdate(FROM_TEMPORARY);
    }
  }

  private static long copy(Connection connection, String table, List<Numbered> rows, int location)
      throws SQLException {
    if (rows.isEmpty()) {
      return 0;
    }
    CopyIn copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("COPY " + table + " (endpoint, location, " + RowText.COLUMNS + ") FROM STDIN");
    boolean isEnded = false;
    try {
      byte[] behind = ("\t" + location + "\t").getBytes(StandardCharsets.US_ASCII);
      byte[] all = text(rows, behind);
      copy.writeToCopy(all, 0, all.length);
      long copied = copy.endCopy();
      isEnded = true;
      return copied;
    } finally {
      if (!isEnded && copy.isActive()) {
        cancel(copy);
      }
    }
  }

  private static void cancel(CopyIn copy) {
    try {
      copy.cancelCopy();
    } catch (SQLException unusable) {
      // The caller hears of the failure before, and closes the connection.
    }
  }

  private static byte[] text(List<Numbered> rows, byte[] location) throws SQLException {
    var out = new ByteArrayOutputStream(rows.size() * 160);
    try {
      for (Numbered each : rows) {
        out.write(Integer.toString(each.endpoint).getBytes(StandardCharsets.US_ASCII));
        out.write(location);
        out.write(each.row.text());
        out.write('\n');
      }
    } catch (IOException impossible) {
      throw new SQLException("a buffer in memory failed", impossible);
    }
    return out.toByteArray();
  }

  /** Returns true if a silence ends after the beginning of a day. */
  private static boolean isAfter(Row gap, LocalDate day) {
    return columns(gap)[1].compareTo(midnight(day)) > 0; // both have the form of RowText
  }

  private static String[] columns(Row gap) {
    return new String(gap.text(), StandardCharsets.UTF_8).split("\t", -1);
  }

  private static String midnight(LocalDate day) {
    return RowText.time(day.atStartOfDay(ZoneOffset.UTC).toInstant());
  }

  /**
   * Stores silences as they were, also one that began before the first day whose checks are kept.
   * The figures of the time before it stay.
   */
  private static void writeGaps(
      Connection connection, List<Row> gaps, int location, LocalDate first, LocalDate last)
      throws SQLException {
    if (gaps.isEmpty()) {
      return;
    }
    try (PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO gaps (location, after, until, slots, reason)"
                    + " VALUES (?, ?::timestamptz, ?::timestamptz, ?::bigint, ?::smallint)"
                    + " ON CONFLICT DO NOTHING");
        PreparedStatement note = connection.prepareStatement(NOTE_GAP)) {
      for (Row gap : gaps) {
        String[] columns = columns(gap);
        insert.setInt(1, location);
        for (int i = 0; i < columns.length; i++) {
          insert.setString(2 + i, columns[i]);
        }
        insert.addBatch();
        note.setString(1, columns[0]);
        note.setString(2, midnight(first));
        note.setString(3, columns[1]);
        note.setString(4, midnight(last.plusDays(1))); // a silence may end at any time
        note.addBatch();
      }
      insert.executeBatch();
      note.executeBatch();
    }
  }

  /**
   * Brings the states up to date. A statement changes a state once, so the second row of an
   * endpoint goes into a second statement.
   *
   * <p>A row that is due ahead of the database's clock changes none: the agent's clock is wrong,
   * and no later row would change that state before the due time is over.
   */
  private void writeStates(Connection connection, List<Numbered> rows, int location)
      throws SQLException {
    List<Numbered> counting = rows.stream().filter(each -> each.row.counts()).toList();
    if (counting.isEmpty()) {
      return;
    }
    long limitMs = databaseMs(connection) + AHEAD_MS;
    List<Numbered> left =
        counting.stream()
            .filter(each -> each.row.dueMs() <= limitMs)
            .sorted((a, b) -> Long.compare(a.row.dueMs(), b.row.dueMs()))
            .toList();
    noteAhead(counting.size() - left.size());
    while (!left.isEmpty()) {
      var now = new ArrayList<Numbered>();
      var later = new ArrayList<Numbered>();
      var seen = new HashSet<Integer>();
      for (Numbered each : left) {
        (seen.add(each.endpoint) ? now : later).add(each);
      }
      writeStatesOnce(connection, now, location);
      left = later;
    }
  }

  private static long databaseMs(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("SELECT clock_timestamp()")) {
      found.next();
      return found.getTimestamp(1).getTime();
    }
  }

  private void noteAhead(int rows) {
    if (rows > 0 && !isAhead) { // once, not for every batch
      log.warn(
          "{} results are due more than {} ms ahead of the database's clock: they are stored, and"
              + " change no state. Set the clock of this machine, or that of the database",
          rows,
          AHEAD_MS);
    }
    isAhead = rows > 0;
  }

  private static void writeStatesOnce(Connection connection, List<Numbered> rows, int location)
      throws SQLException {
    try (PreparedStatement upsert = connection.prepareStatement(STATES)) {
      upsert.setInt(1, location);
      upsert.setArray(
          2,
          connection.createArrayOf(
              "integer", rows.stream().map(Numbered::endpoint).toArray(Integer[]::new)));
      upsert.setArray(
          3,
          connection.createArrayOf(
              "timestamptz",
              rows.stream()
                  .map(each -> RowText.time(Instant.ofEpochMilli(each.row.dueMs())))
                  .toArray(String[]::new)));
      upsert.setArray(
          4,
          connection.createArrayOf(
              "smallint", rows.stream().map(each -> each.row.outcome()).toArray(Integer[]::new)));
      upsert.setArray(
          5,
          connection.createArrayOf(
              "smallint", rows.stream().map(each -> each.row.reason()).toArray(Integer[]::new)));
      upsert.executeUpdate();
    }
  }

  private static void noteWindows(Connection connection, List<Numbered> rows) throws SQLException {
    SortedSet<Long> starts = new TreeSet<>();
    rows.forEach(each -> starts.add(Math.floorDiv(each.row.dueMs(), WINDOW_MS) * WINDOW_MS));
    RollUps.note(connection, RollUps.Size.MINUTES_5, starts);
  }
}
