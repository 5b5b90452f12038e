package dev.holdfast.bench;

import dev.holdfast.testkit.FreePorts;
import dev.holdfast.watchdb.EmbeddedDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The PostgreSQL of a run, which can be killed. It runs on the cores of the load.
 *
 * <p>Threading: of one thread.
 */
final class WatchDatabase implements AutoCloseable {
  private static final int FETCHED = 10_000;
  private static final long START_TIMEOUT_MS = 120_000;

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

  private final WatchPlan plan;
  private final Path directory;
  private final int port = FreePorts.one();
  private Process process;

  private WatchDatabase(WatchPlan plan, Path directory) throws IOException {
    this.plan = plan;
    this.directory = directory;
  }

  /** Starts one. */
  static WatchDatabase start(WatchPlan plan, Path directory)
      throws IOException, InterruptedException {
    var database = new WatchDatabase(plan, directory);
    database.start();
    return database;
  }

  /**
   * Starts it, on the same port and with the data that are there, and waits until it answers. Its
   * heap is for the first start on a machine, which unpacks the programs of PostgreSQL.
   */
  void start() throws IOException, InterruptedException {
    Path output = directory.resolve("db.log");
    List<String> command =
        JavaCommand.of(
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            WatchServer.class,
            data().toString(),
            Integer.toString(port));
    process = plan.children().start(plan.cores().load(), directory, Map.of(), output, command);
    Children.await(process, output, this::answers, START_TIMEOUT_MS);
  }

  private Path data() {
    return directory.resolve("data");
  }

  private boolean answers() {
    try (Connection _ = connection(EmbeddedDatabase.USER)) {
      return true;
    } catch (SQLException e) { // not yet
      return false;
    }
  }

  private Connection connection(String name) throws SQLException {
    return DriverManager.getConnection(url(name), EmbeddedDatabase.USER, "");
  }

  /**
   * Makes an empty database.
   *
   * @param name lower-case letters and digits
   */
  void create(String name) throws IOException {
    try (Connection connection = connection(EmbeddedDatabase.USER);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  String url(String name) {
    return EmbeddedDatabase.url(name, port);
  }

  /** Kills all of its processes, as a crash of its machine does. */
  void kill() throws IOException, InterruptedException {
    ProcessHandle postmaster =
        ProcessHandle.of(postmaster()).orElseThrow(() -> new IOException("no PostgreSQL runs"));
    List<ProcessHandle> backends = postmaster.descendants().toList();
    plan.children().kill(process);
    postmaster.destroyForcibly();
    backends.forEach(ProcessHandle::destroyForcibly);
    CounterActors.await(
        () -> !postmaster.isAlive() && backends.stream().noneMatch(ProcessHandle::isAlive));
  }

  private long postmaster() throws IOException {
    return Long.parseLong(Files.readAllLines(data().resolve("postmaster.pid")).getFirst().strip());
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
    try (Connection connection = connection(name)) {
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
  public void close() {
    plan.children().stop(process);
  }
}
