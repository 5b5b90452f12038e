package dev.holdfast.watcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.testkit.FreePorts;
import dev.holdfast.watchdb.EmbeddedDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("database")
class DatabaseTest {
  @RegisterExtension final StoreFixture fixture = new StoreFixture();

  @Test
  void schema_isMadeOnce() throws Exception {
    String versions = "SELECT version FROM watch_schema ORDER BY installed_rank";
    fixture.open();
    List<String> first = fixture.select(versions);
    fixture.open();

    assertThat(first).contains("1").doesNotHaveDuplicates();
    assertThat(fixture.select(versions)).isEqualTo(first);
  }

  /** The server ends the transaction of a machine that is gone, and so its locks. */
  @Test
  void server_looksForClientsThatAreGone() throws Exception {
    try (Connection connection = fixture.open().connection();
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT current_setting('tcp_keepalives_idle')::int"
                    + " + current_setting('tcp_keepalives_interval')::int"
                    + " * current_setting('tcp_keepalives_count')::int")) {
      found.next();
      assertThat(found.getInt(1)).as("s").isEqualTo(25);
    }
  }

  @Test
  void location_hasItsNumber() throws Exception {
    Database database = fixture.open();

    assertThat(database.location("here")).isEqualTo(database.location("here"));
    assertThat(database.location("there")).isNotEqualTo(database.location("here"));
  }

  @Test
  void databaseThatIsNotReady_isWaitedFor_withProgress() throws Exception {
    int port = FreePorts.one();
    List<String> told = new ArrayList<>();
    List<AutoCloseable> proxies = new ArrayList<>();

    Database database =
        Database.open(
            fixture.config(port),
            (_, reason) -> {
              told.add(reason);
              if (proxies.isEmpty()) {
                proxies.add(forward(port));
              }
            });
    fixture.closing(proxies.getFirst());
    fixture.closing(database);

    assertThat(told).isNotEmpty().allMatch(reason -> reason.contains("refused"));
    assertThat(database.location("here")).isPositive();
  }

  @Test
  void databaseThatDoesNotCome_isGivenUp_andTheMessageSaysWhatToDo() throws Exception {
    var config =
        new DatabaseConfig(
            EmbeddedDatabase.url("watch", FreePorts.one()), "watch", "", 2, 1_000, 1_000, 0);

    assertThatThrownBy(() -> Database.open(config, (_, _) -> {}))
        .isInstanceOf(Database.NotReadyException.class)
        .hasMessageContaining("Start the server, or check host and port");
  }

  @Test
  void databaseThatDoesNotExist_isNotWaitedFor() {
    var config = DatabaseConfig.of(EmbeddedDatabase.url("none", fixture.port()), "postgres", "");

    assertThatThrownBy(() -> Database.open(config, (_, _) -> {}))
        .isInstanceOf(Database.NotReadyException.class)
        .hasMessageContaining("Create the database");
  }

  @Test
  void userWhoMayNotMakeTables_isToldSo() throws Exception {
    fixture.execute("DROP ROLE IF EXISTS guest");
    fixture.execute("CREATE ROLE guest LOGIN");
    var config = DatabaseConfig.of(fixture.config().url(), "guest", "");

    assertThatThrownBy(() -> Database.open(config, (_, _) -> {}))
        .isInstanceOf(Database.NotReadyException.class)
        .hasMessageContaining("Let the user own the database");
  }

  @Test
  void config_doesNotShowThePassword() {
    assertThat(DatabaseConfig.of("jdbc:postgresql://h/d", "u", "secret").toString())
        .doesNotContain("secret");
  }

  private AutoCloseable forward(int port) {
    try {
      return new CommitProxy(port, fixture.port());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
