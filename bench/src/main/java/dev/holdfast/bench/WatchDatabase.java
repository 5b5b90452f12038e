package dev.holdfast.bench;

import dev.holdfast.watchdb.EmbeddedDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The PostgreSQL of a run, which can be killed. It runs on the cores of this process.
 *
 * <p>Threading: of one thread.
 */
final class WatchDatabase implements AutoCloseable {
  private static final int FETCHED = 10_000;
  private static final long KILL_MAX_S = 20;

  private static final String CHECKS =
      """
      SELECT substr(e.id, 2)::bigint, (extract(epoch FROM c.due) * 1000)::bigint, c.kind, c.outcome,
        c.reason, c.flags, c.late_us,
        coalesce(c.connect_us, 0) + coalesce(c.tls_us, 0) + coalesce(c.first_byte_us, 0)
          + coalesce(c.transfer_us, 0),
        coalesce(c.first_byte_us, -1)
      FROM checks c JOIN endpoints e ON e.number = c.endpoint
      WHERE c.due >= ? AND c.due < ? AND e.id ~ '^w[0-9]+$'
      """;

  private static final String GAPS =
      """
      SELECT (extract(epoch FROM after) * 1000)::bigint, (extract(epoch FROM until) * 1000)::bigint,
        reason
      FROM gaps WHERE until >= ? AND after < ?
      """;

  private final Path directory;
  private EmbeddedDatabase server;

  private WatchDatabase(Path directory, EmbeddedDatabase server) {
    this.directory = directory;
    this.server = server;
  }

  static WatchDatabase start(Path directory) throws IOException {
    return new WatchDatabase(directory, EmbeddedDatabase.start(directory, 0));
  }

  void create(String name) throws IOException {
    try {
      server.create(name);
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  String url(String name) {
    return server.url(name);
  }

  /** Kills all of its processes, as a power failure of its machine does. */
  void kill() throws IOException, InterruptedException {
    long pid = postmaster();
    ProcessHandle postmaster =
        ProcessHandle.of(pid).orElseThrow(() -> new IOException("no PostgreSQL runs"));
    List<ProcessHandle> backends = postmaster.descendants().toList();
    postmaster.destroyForcibly();
    backends.forEach(ProcessHandle::destroyForcibly);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(KILL_MAX_S);
    while (postmaster.isAlive() || backends.stream().anyMatch(ProcessHandle::isAlive)) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("PostgreSQL does not end by kill -9");
      }
      Thread.sleep(10);
    }
  }

  private long postmaster() throws IOException {
    return Long.parseLong(
        Files.readAllLines(directory.resolve("postmaster.pid")).getFirst().strip());
  }

  /** Starts it again on the same port, with the data that are there. */
  void startAgain() throws IOException {
    server = EmbeddedDatabase.start(directory, server.port());
  }

  /**
   * Returns the checks of endpoints {@code w1}, {@code w2} and so on that are due in [from, to).
   */
  List<WatchCheck> checks(String name, long fromMs, long toMs) throws IOException {
    return select(
        name,
        CHECKS,
        fromMs,
        toMs,
        row ->
            new WatchCheck(
                row.getLong(1),
                row.getLong(2),
                row.getInt(3),
                row.getInt(4),
                row.getInt(5),
                (row.getInt(6) & WatchCodes.TAINTED_BIT) != 0,
                row.getLong(7),
                row.getLong(8),
                row.getLong(9)));
  }

  /** Returns the silences of the agent that touch a time. */
  List<WatchGap> gaps(String name, long fromMs, long toMs) throws IOException {
    return select(
        name,
        GAPS,
        fromMs,
        toMs,
        row -> new WatchGap(row.getLong(1), row.getLong(2), row.getInt(3)));
  }

  /** Reads a row. */
  private interface Reading<T> {
    T of(ResultSet row) throws SQLException;
  }

  private <T> List<T> select(String name, String sql, long fromMs, long toMs, Reading<T> reading)
      throws IOException {
    var found = new ArrayList<T>();
    try (Connection connection = server.connection(name)) {
      connection.setAutoCommit(false); // so that rows come in parts
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setFetchSize(FETCHED);
        statement.setTimestamp(1, Timestamp.from(Instant.ofEpochMilli(fromMs)));
        statement.setTimestamp(2, Timestamp.from(Instant.ofEpochMilli(toMs)));
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            found.add(reading.of(rows));
          }
        }
      }
    } catch (SQLException e) {
      throw new IOException(e);
    }
    return found;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
