package dev.holdfast.watchdb;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of this process.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class EmbeddedDatabase implements AutoCloseable {
  /** The user, who may do everything. There is no password. */
  public static final String USER = "postgres";

  private static final Duration START_MAX = Duration.ofMinutes(2);

  private static final int STOP_MAX_S = 10;
  private static final Duration PAUSE = Duration.ofMillis(5);

  private final EmbeddedPostgres server;
  private final Path lock;

  private EmbeddedDatabase(EmbeddedPostgres server, Path dir) {
    this.server = server;
    this.lock = dir.resolve("postmaster.pid");
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
    return start(dir, port, Programs.ofUser());
  }

  /**
   * Starts a server, as {@link #start(Path, int)} does.
   *
   * @param programs gets the programs of PostgreSQL, if they are not there. What an earlier start
   *     has left there half unpacked is removed
   */
  public static EmbeddedDatabase start(Path dir, int port, Path programs) throws IOException {
    if (!isSupported()) {
      throw new UnsupportedOperationException(
          "the embedded PostgreSQL has no binaries for this machine, only for linux-amd64:"
              + " name a server with --db-url");
    }
    EmbeddedPostgres.Builder server =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(programs.toFile())
            .setDataDirectory(dir)
            .setCleanDataDirectory(false)
            .setPort(port)
            .setPGStartupWait(START_MAX)
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("listen_addresses", "127.0.0.1");
    try {
      return new EmbeddedDatabase(new Programs(programs).start(server::start), dir);
    } catch (ExceptionInInitializerError e) { // that is how the library says it
      throw new IOException("the programs of PostgreSQL cannot be unpacked into " + programs, e);
    }
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

  /**
   * Stops the server. At the end of the process the library stops it, too, and then this waits for
   * that, {@value #STOP_MAX_S} s at most: afterwards nobody writes to the directory.
   */
  @Override
  public void close() throws IOException {
    server.close();
    long begin = System.nanoTime();
    while (isRunning() && System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(STOP_MAX_S)) {
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** Returns true if there is a lock, and its process lives: a killed server leaves its lock. */
  private boolean isRunning() throws IOException {
    try (Stream<String> lines = Files.lines(lock)) {
      return lines
          .findFirst()
          .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())))
          .isPresent();
    } catch (NoSuchFileException ended) {
      return false;
    }
  }
}
