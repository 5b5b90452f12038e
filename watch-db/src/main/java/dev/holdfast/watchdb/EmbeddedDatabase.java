package dev.holdfast.watchdb;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;

/**
 * A PostgreSQL server of this process.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class EmbeddedDatabase implements AutoCloseable {
  /** The user, who may do everything. There is no password. */
  public static final String USER = "postgres";

  private static final Duration START_MAX = Duration.ofMinutes(2);

  private final EmbeddedPostgres server;

  private EmbeddedDatabase(EmbeddedPostgres server) {
    this.server = server;
  }

  /** Returns true if there are binaries for this machine: Linux on amd64. */
  public static boolean isSupported() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return system.contains("linux") && (machine.equals("amd64") || machine.equals("x86_64"));
  }

  /**
   * Starts a server. A commit that it has answered outlives the kill of any of its processes; a
   * power failure may take it back, since nothing is forced to the disk.
   *
   * @param dir gets the data. If data of an earlier server is there, it goes on with them
   * @param port 0 takes a free one
   * @throws IOException if it does not start
   * @throws UnsupportedOperationException if {@link #isSupported} says no
   */
  public static EmbeddedDatabase start(Path dir, int port) throws IOException {
    if (!isSupported()) {
      throw new UnsupportedOperationException(
          "the embedded PostgreSQL has no binaries for this machine, only for linux-amd64:"
              + " name a server with --db-url");
    }
    return new EmbeddedDatabase(
        EmbeddedPostgres.builder()
            .setDataDirectory(dir)
            .setCleanDataDirectory(false)
            .setPort(port)
            .setPGStartupWait(START_MAX)
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("listen_addresses", "127.0.0.1")
            .start());
  }

  /** Returns the port. */
  public int port() {
    return server.getPort();
  }

  /** Returns the URL of a database, for JDBC. */
  public String url(String database) {
    return url(database, port());
  }

  /** Returns the URL of a database that is reached through another port, such as a proxy's. */
  public static String url(String database, int port) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  /** Returns a new connection of the user who may do everything. */
  public Connection connection(String database) throws SQLException {
    return DriverManager.getConnection(url(database), USER, "");
  }

  /**
   * Makes an empty database.
   *
   * @param name lower-case letters, digits and underscores
   */
  public void create(String name) throws SQLException {
    if (!name.matches("[a-z0-9_]+")) {
      throw new IllegalArgumentException("name must be letters, digits and underscores: " + name);
    }
    try (Connection connection = connection("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
  }

  /** Stops the server. */
  @Override
  public void close() throws IOException {
    server.close();
  }
}
