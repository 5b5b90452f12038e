package dev.holdfast.watcher.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * A PostgreSQL with the watcher's schema.
 *
 * <p>If the extension TimescaleDB is installed in the database when the schema is made, {@code
 * checks} is a hypertable. Otherwise it has a native partition a day. It stays the one that it was
 * made as.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class Database implements AutoCloseable {
  private static final long PAUSE_MS = 500;
  private static final int STUCK_TRANSACTION_MS = 5_000;
  private static final int LONG_ANSWER_MS = 300_000;

  /** The server ends a connection, and frees its locks, 25 s after the client's machine is gone. */
  private static final String LOOK_FOR_THE_CLIENT =
      " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3";

  private final HikariDataSource pool;
  private final boolean isHypertable;
  private final UUID id;

  private Database(HikariDataSource pool, boolean isHypertable, UUID id) {
    this.pool = pool;
    this.isHypertable = isHypertable;
    this.id = id;
  }

  /** Hears how the wait for a database goes. */
  @FunctionalInterface
  public interface Progress {
    /** The database is not ready, after so many ms, for a reason. */
    void notReady(long waitedMs, String reason);
  }

  /** A database that was not ready in time. The message says why, and what to do. */
  public static final class NotReadyException extends Exception {
    private static final long serialVersionUID = 1L;

    NotReadyException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Waits for the database, makes or updates its schema, and opens connections to it.
   *
   * @param progress hears each failed attempt
   * @throws NotReadyException if the database is not ready in time, or refuses the schema
   */
  public static Database open(DatabaseConfig config, Progress progress) throws NotReadyException {
    awaitReady(config, progress, System::nanoTime);
    HikariDataSource pool = pool(config);
    boolean isOpen = false;
    try {
      boolean isHypertable = migrate(pool);
      var database = new Database(pool, isHypertable, readId(pool));
      isOpen = true;
      return database;
    } catch (SQLException | FlywayException e) {
      throw new NotReadyException(
          "the schema could not be made in "
              + config
              + ": "
              + e.getMessage()
              + ". Let the user own the database, or its schema public",
          e);
    } finally {
      if (!isOpen) {
        pool.close();
      }
    }
  }

  private static void awaitReady(DatabaseConfig config, Progress progress, LongSupplier nanoTime)
      throws NotReadyException {
    long begin = nanoTime.getAsLong();
    while (true) {
      try (Connection _ = DriverManager.getConnection(config.url(), properties(config))) {
        return;
      } catch (SQLException e) {
        long waitedMs = TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - begin);
        if (waitedMs >= config.readyWaitMs() || !isTransient(e)) {
          throw new NotReadyException(
              "no database at " + config + " after " + waitedMs + " ms: " + advice(e), e);
        }
        progress.notReady(waitedMs, e.getMessage());
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MS));
      }
    }
  }

  /** Returns false if waiting does not help: a wrong password, a database that does not exist. */
  private static boolean isTransient(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return !state.startsWith("28") && !state.startsWith("3D");
  }

  private static String advice(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    String todo =
        switch (state.substring(0, Math.min(2, state.length()))) {
          case "28" -> "Check the user and the password";
          case "3D" -> "Create the database";
          default -> "Start the server, or check host and port";
        };
    return e.getMessage() + ". " + todo;
  }

  private static Properties properties(DatabaseConfig config) {
    var properties = new Properties();
    properties.setProperty("user", config.user());
    properties.setProperty("password", config.password());
    properties.setProperty("ApplicationName", "holdfast-watch");
    properties.setProperty("connectTimeout", seconds(config.connectTimeoutMs()));
    properties.setProperty("loginTimeout", seconds(config.connectTimeoutMs()));
    properties.setProperty("socketTimeout", seconds(config.answerTimeoutMs()));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("reWriteBatchedInserts", "true");
    properties.setProperty(
        "options",
        "-c idle_in_transaction_session_timeout="
            + STUCK_TRANSACTION_MS
            + " -c TimeZone=UTC"
            + LOOK_FOR_THE_CLIENT);
    return properties;
  }

  private static String seconds(int ms) {
    return Long.toString(Math.max(1, TimeUnit.MILLISECONDS.toSeconds(ms)));
  }

  private static HikariDataSource pool(DatabaseConfig config) {
    var hikari = new HikariConfig();
    hikari.setJdbcUrl(config.url());
    hikari.setDataSourceProperties(properties(config));
    hikari.setUsername(config.user());
    hikari.setPassword(config.password());
    hikari.setPoolName("watch");
    hikari.setMaximumPoolSize(config.connectionsMax());
    hikari.setMinimumIdle(1);
    hikari.setConnectionTimeout(config.connectTimeoutMs());
    hikari.setValidationTimeout(Math.min(config.connectTimeoutMs(), 2_000));
    hikari.setInitializationFailTimeout(-1); // the database was there a moment ago
    hikari.setAutoCommit(false);
    return new HikariDataSource(hikari);
  }

  private static boolean migrate(HikariDataSource pool) throws SQLException {
    boolean isHypertable;
    try (Connection connection = pool.getConnection()) {
      isHypertable = isOrBecomesHypertable(connection);
      connection.rollback();
    }
    Flyway.configure()
        .dataSource(pool)
        .table("watch_schema")
        .locations(
            "classpath:watch/migrations/both",
            "classpath:watch/migrations/" + (isHypertable ? "timescale" : "native"))
        .initSql("SET statement_timeout = 0")
        .load()
        .migrate();
    return isHypertable;
  }

  private static boolean isOrBecomesHypertable(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT (SELECT relkind FROM pg_class WHERE oid = to_regclass('checks')),"
                    + " EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb')")) {
      found.next();
      String kind = found.getString(1);
      return kind == null ? found.getBoolean(2) : !kind.equals("p");
    }
  }

  private static UUID readId(HikariDataSource pool) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("SELECT id FROM watch_database")) {
      found.next();
      UUID id = found.getObject(1, UUID.class);
      connection.rollback();
      return id;
    }
  }

  /**
   * Returns the identity of the database, which it got with its schema. A copy of it has it too.
   */
  UUID id() {
    return id;
  }

  /** Returns true if {@code checks} is a hypertable of TimescaleDB. */
  boolean isHypertable() {
    return isHypertable;
  }

  /**
   * Returns a connection of the pool, without auto-commit. Closing it gives it back.
   *
   * @throws SQLException if there is none in time
   */
  Connection connection() throws SQLException {
    return pool.getConnection();
  }

  /**
   * Returns a connection for work that may take minutes, with no other bound on an answer than
   * {@value #LONG_ANSWER_MS} ms.
   *
   * @throws SQLException if there is none in time
   */
  Connection patientConnection() throws SQLException {
    Connection connection = pool.getConnection();
    boolean isReady = false;
    try {
      connection.setNetworkTimeout(Runnable::run, LONG_ANSWER_MS);
      isReady = true;
      return connection;
    } finally {
      if (!isReady) {
        connection.close();
      }
    }
  }

  /**
   * Returns the number of a location. A new one gets its number here.
   *
   * @throws SQLException if the database fails
   */
  public int location(String name) throws SQLException {
    try (Connection connection = connection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO locations (name) VALUES (?) ON CONFLICT DO NOTHING");
        PreparedStatement select =
            connection.prepareStatement("SELECT number FROM locations WHERE name = ?")) {
      insert.setString(1, name);
      insert.executeUpdate();
      connection.commit();
      select.setString(1, name);
      try (ResultSet found = select.executeQuery()) {
        found.next();
        int number = found.getInt(1);
        connection.rollback();
        return number;
      }
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
