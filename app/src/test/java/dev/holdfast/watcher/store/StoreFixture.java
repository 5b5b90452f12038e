package dev.holdfast.watcher.store;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.watchdb.EmbeddedDatabase;
import dev.holdfast.watcher.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A database of a test, on the one server of its JVM. The clock stands at noon of a day, unless the
 * test moves it.
 */
public final class StoreFixture implements BeforeEachCallback, AfterEachCallback {
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final List<AutoCloseable> closeables = new ArrayList<>();
  private long nowMs = Results.NOON_MS;
  private String name;

  /** Clock of all parts. */
  final InstantSource clock = () -> Instant.ofEpochMilli(nowMs);

  /** Starts the server when the first test asks for it. It ends with the JVM. */
  private static final class Server {
    static final EmbeddedDatabase INSTANCE = start();

    private static EmbeddedDatabase start() {
      try {
        Path dir = Files.createTempDirectory("watch-db");
        EmbeddedDatabase server = EmbeddedDatabase.start(dir, 0);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server, dir)));
        return server;
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    private static void close(EmbeddedDatabase server, Path dir) {
      try {
        server.close();
        try (Stream<Path> files = Files.walk(dir)) {
          for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) throws SQLException {
    assumeTrue(EmbeddedDatabase.isSupported(), "the embedded PostgreSQL is for linux-amd64");
    name = "test_" + ProcessHandle.current().pid() + "_" + NAMES.incrementAndGet();
    Server.INSTANCE.create(name);
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    for (AutoCloseable closeable : closeables.reversed()) {
      closeable.close();
    }
  }

  /** Closes something after the test. */
  public <T extends AutoCloseable> T closing(T closeable) {
    closeables.add(closeable);
    return closeable;
  }

  void setClock(long ms) {
    nowMs = ms;
  }

  public String name() {
    return name;
  }

  public int port() {
    return Server.INSTANCE.port();
  }

  public DatabaseConfig config() {
    return config(port());
  }

  /** Returns how the database is reached through a port. */
  public DatabaseConfig config(int port) {
    return DatabaseConfig.of(EmbeddedDatabase.url(name, port), EmbeddedDatabase.USER, "");
  }

  /** Returns the same with the shortest time-outs. */
  DatabaseConfig impatientConfig(int port) {
    DatabaseConfig patient = config(port);
    return new DatabaseConfig(patient.url(), patient.user(), "", 4, 1_000, 1_000, 60_000);
  }

  Database open() throws Database.NotReadyException {
    return open(config());
  }

  Database open(DatabaseConfig config) throws Database.NotReadyException {
    return closing(Database.open(config, (_, _) -> {}));
  }

  ResultWriter writer(Database database, WriterConfig config, Path dir) throws Exception {
    return writer(database, config, "here", new LocalDisk(), dir);
  }

  ResultWriter writer(Database database, WriterConfig config, String location, Disk disk, Path dir)
      throws Exception {
    return closing(ResultWriter.start(database, config, location, disk, dir, clock));
  }

  /** Adds endpoints e0, e1 and so on. */
  void addEndpoints(Database database, int count) throws SQLException {
    List<Endpoint> endpoints =
        IntStream.range(0, count).mapToObj(i -> Results.endpoint("e" + i)).toList();
    new StoredEndpoints(database).apply(endpoints, false);
  }

  /** Makes the partitions of today and the days after it. */
  void maintain(Database database) throws SQLException {
    new Maintenance(database, Retention.DEFAULT, clock).run();
  }

  Connection connection() throws SQLException {
    return Server.INSTANCE.connection(name);
  }

  /** Returns the rows of a query, their columns as texts with a bar between them. */
  public List<String> select(String query) throws SQLException {
    var rows = new ArrayList<String>();
    try (Connection connection = connection();
        Statement statement = connection.createStatement()) {
      statement.execute("SET TIME ZONE 'UTC'");
      try (ResultSet found = statement.executeQuery(query)) {
        int columns = found.getMetaData().getColumnCount();
        while (found.next()) {
          var row = new ArrayList<String>();
          for (int i = 1; i <= columns; i++) {
            row.add(String.valueOf(found.getString(i)));
          }
          rows.add(String.join("|", row));
        }
      }
    }
    return rows;
  }

  public long count(String table) throws SQLException {
    return Long.parseLong(select("SELECT count(*) FROM " + table).getFirst());
  }

  void execute(String statement) throws SQLException {
    try (Connection connection = connection();
        Statement run = connection.createStatement()) {
      run.execute(statement);
    }
  }
}
