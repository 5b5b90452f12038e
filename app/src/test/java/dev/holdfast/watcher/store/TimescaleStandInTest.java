package dev.holdfast.watcher.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The way of results with an extension that is called as TimescaleDB is, and notes how it is used.
 * TimescaleDB itself is not here: this shows what is sent to it, and not that it takes it.
 */
@Tag("database")
class TimescaleStandInTest {
  private static final long NOON = Results.NOON_MS;

  @RegisterExtension final StoreFixture fixture = new StoreFixture();

  @TempDir Path dir;

  @BeforeEach
  void install() throws Exception {
    Path extension = Files.createDirectories(dir.resolve("share").resolve("extension"));
    Files.writeString(
        extension.resolve("timescaledb.control"),
        "default_version = '0'\nrelocatable = false\nsuperuser = true\n");
    Files.writeString(
        extension.resolve("timescaledb--0.sql"),
        """
        CREATE TABLE calls (call text);
        CREATE FUNCTION create_hypertable(relation regclass, time_column_name name,
            chunk_time_interval interval) RETURNS void LANGUAGE sql
          AS $$ INSERT INTO calls VALUES ('create_hypertable ' || relation || ' ' ||
            time_column_name || ' ' || chunk_time_interval) $$;
        CREATE FUNCTION drop_chunks(relation regclass, older_than timestamptz)
          RETURNS SETOF text LANGUAGE sql
          AS $$ INSERT INTO calls VALUES ('drop_chunks ' || relation || ' ' || older_than);
            SELECT 'chunk' $$;
        """);
    try (Connection connection = fixture.connection();
        Statement statement = connection.createStatement()) {
      statement.execute("SET extension_control_path = '" + dir.resolve("share") + ":$system'");
      statement.execute("CREATE EXTENSION timescaledb");
    }
  }

  @Test
  void checks_areAHypertable_withoutPartitions() throws Exception {
    Database database = fixture.open();

    assertThat(database.isHypertable()).isTrue();
    assertThat(fixture.open().isHypertable()).as("at the next start").isTrue();
    assertThat(fixture.select("SELECT call FROM calls"))
        .containsExactly("create_hypertable checks due 1 day");
    assertThat(fixture.select("SELECT relkind FROM pg_class WHERE relname = 'checks'"))
        .containsExactly("r");
  }

  @Test
  void results_areWritten_andRepeatedOnesAreNot() throws Exception {
    Database database = fixture.open();
    fixture.addEndpoints(database, 1);
    fixture.maintain(database);
    ResultWriter writer =
        fixture.writer(
            database,
            new WriterConfig(1_000, 1_000, 1_000, 5, 1 << 20, 50, 30),
            dir.resolve("spool"));
    writer.add(Results.up("e0", NOON));
    Await.until("the first", () -> writer.counts().written() == 1);
    writer.add(Results.up("e0", NOON));
    Await.until("the second", () -> writer.counts().known() == 1);

    assertThat(fixture.count("checks")).isEqualTo(1);
  }

  @Test
  void oldChunks_areDropped() throws Exception {
    Database database = fixture.open();
    fixture.setClock(NOON + TimeUnit.DAYS.toMillis(40));

    fixture.maintain(database);

    assertThat(fixture.select("SELECT call FROM calls WHERE call LIKE 'drop%'"))
        .containsExactly("drop_chunks checks 2024-12-09 00:00:00+00");
  }
}
