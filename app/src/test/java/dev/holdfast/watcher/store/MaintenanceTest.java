package dev.holdfast.watcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.QuietLogs;
import dev.holdfast.testkit.Await;
import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TimeZone;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("database")
class MaintenanceTest {
  private static final long NOON = Results.NOON_MS;
  private static final long MINUTE_MS = 60_000;
  private static final long HOUR_MS = 60 * MINUTE_MS;
  private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);

  @RegisterExtension static final QuietLogs QUIET = QuietLogs.of(Maintenance.class);

  @RegisterExtension final StoreFixture fixture = new StoreFixture();

  @TempDir Path dir;

  private Database database;
  private ResultWriter writer;
  private Maintenance maintenance;
  private int added;

  @BeforeEach
  void start() throws Exception {
    database = fixture.open();
    fixture.addEndpoints(database, 3);
    maintenance = new Maintenance(database, new Retention(3, 10, 20, 1_000), fixture.clock);
    maintenance.run();
    writer =
        fixture.writer(database, new WriterConfig(50_000, 10_000, 1_000, 5, 1 << 24, 50, 30), dir);
  }

  @Test
  void partitions_areMadeAhead() throws Exception {
    assertThat(fixture.select(partitions()))
        .containsExactly("checks_d20241129", "checks_d20241130", "checks_d20241201");

    fixture.setClock(NOON + DAY_MS);
    maintenance.run();

    assertThat(fixture.select(partitions())).contains("checks_d20241202");
  }

  @Test
  void window_isComputedWhenItsTimeIsOver() throws Exception {
    add(Results.up("e0", NOON));
    add(Results.down("e0", NOON + MINUTE_MS));
    add(Results.missed("e0", NOON + 2 * MINUTE_MS));
    add(Results.up("e1", NOON));
    awaitRows();
    assertThat(maintenance.run().windows()).isZero();

    fixture.setClock(NOON + 6 * MINUTE_MS);
    assertThat(maintenance.run().windows()).isEqualTo(1);

    assertThat(
            fixture.select(
                "SELECT endpoint, start, slots, up, down, missed, micros_sum FROM checks_5m"
                    + " ORDER BY endpoint"))
        .containsExactly(
            "1|2024-11-29 12:00:00+00|3|1|1|1|1000", "2|2024-11-29 12:00:00+00|1|1|0|0|1000");
    assertThat(fixture.count("checks_1h")).isZero();
  }

  @Test
  void figuresOfHoursAndDays_areThoseOfTheirChecks() throws Exception {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    var whole = new Tally();
    for (int i = 0; i < 500; i++) {
      long micros = random.nextInt(1_000_000);
      boolean isUp = random.nextInt(4) > 0;
      Outcome outcome = isUp ? Outcome.UP : Outcome.DOWN;
      add(
          Results.result(
              "e0", NOON + i * 10_000L, outcome, isUp ? Reason.NONE : Reason.STATUS, micros));
      whole.add(outcome, true, 0, micros);
    }
    awaitRows();
    fixture.setClock(NOON + DAY_MS);
    maintenance.run();

    assertThat(
            fixture.select(
                "SELECT slots, up, down, micros_sum, micros_max, encode(histogram, 'hex')"
                    + " FROM checks_1d"))
        .as("seed %s", seed)
        .containsExactly(
            String.join(
                "|",
                "500",
                Long.toString(whole.count(Outcome.UP)),
                Long.toString(whole.count(Outcome.DOWN)),
                Long.toString(whole.microsSum()),
                Long.toString(whole.microsMax()),
                HexFormat.of().formatHex(whole.histogram().bytes())));
    assertThat(fixture.count("checks_1h")).isEqualTo(2);
    assertThat(fixture.count("windows_to_do")).isZero();
  }

  /**
   * The zones of the server and of this process are others. Days and hours are those of UTC all the
   * same. Of those under the numbers: a window where clocks change.
   */
  @ParameterizedTest
  @ValueSource(strings = {"2024-10-27", "2025-03-30"}) // an hour comes twice in Berlin, or never
  void hoursOfTheDayOnWhichClocksChange_areAsManyAsOnAnyOther(String day) throws Exception {
    fixture.execute("ALTER DATABASE " + fixture.name() + " SET timezone = 'Europe/Berlin'");
    long midnight = Instant.parse(day + "T00:00:00Z").toEpochMilli();
    fixture.setClock(midnight - DAY_MS);
    TimeZone before = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
    try (Database zoned = fixture.open()) {
      var upkeep = new Maintenance(zoned, new Retention(3, 10, 20, 1_000), fixture.clock);
      upkeep.run(); // makes the partitions of three days
      fixture.setClock(midnight + DAY_MS);
      ResultWriter zonedWriter =
          fixture.writer(
              zoned,
              new WriterConfig(50_000, 10_000, 1_000, 5, 1 << 24, 50, 30),
              Files.createDirectory(dir.resolve("zoned")));
      for (int hour = -1; hour < 25; hour++) {
        zonedWriter.add(Results.up("e0", midnight + hour * HOUR_MS));
      }
      Await.until("all rows are there", () -> fixture.count("checks") == 26);
      fixture.setClock(midnight + 2 * DAY_MS);
      upkeep.run();
    } finally {
      TimeZone.setDefault(before);
    }

    assertThat(fixture.count("checks_1h")).isEqualTo(26);
    assertThat(fixture.select("SELECT start, slots FROM checks_1d ORDER BY start"))
        .as("the day before, of which there is one hour, and the day")
        .hasSize(2)
        .contains(day + " 00:00:00+00|24");
    assertThat(fixture.count("checks_d" + day.replace("-", ""))).isEqualTo(24);
  }

  @Test
  void rowThatComesLate_changesTheFiguresOfItsWindows() throws Exception {
    add(Results.up("e0", NOON));
    awaitRows();
    fixture.setClock(NOON + DAY_MS);
    maintenance.run();

    add(Results.down("e0", NOON + MINUTE_MS));
    awaitRows();
    maintenance.run();

    for (String table : List.of("checks_5m", "checks_1h", "checks_1d")) {
      assertThat(fixture.select("SELECT slots, up, down FROM " + table))
          .as(table)
          .containsExactly("2|1|1");
    }
  }

  /** The row is not committed when its window is computed, and so is not seen. */
  @Test
  void rowThatIsWrittenWhileItsWindowIsComputed_isNotForgotten() throws Exception {
    add(Results.up("e0", NOON));
    awaitRows();
    fixture.setClock(NOON + 6 * MINUTE_MS);
    try (Connection writing = fixture.connection();
        Statement statement = writing.createStatement()) {
      writing.setAutoCommit(false);
      statement.execute(
          "INSERT INTO checks (endpoint, due, location, kind, outcome, reason, flags, late_us,"
              + " lag_us) SELECT 2, due, location, 0, 0, 0, 0, 0, 0 FROM checks");
      statement.execute(
          "INSERT INTO windows_to_do (minutes, start) SELECT minutes, start FROM windows_to_do");
      maintenance.run(); // it does not wait for the note
      assertThat(fixture.select("SELECT endpoint FROM checks_5m")).containsExactly("1");
      writing.commit();
    }
    maintenance.run();

    assertThat(fixture.select("SELECT endpoint FROM checks_5m ORDER BY endpoint"))
        .containsExactly("1", "2");
  }

  @Test
  void writer_doesNotWaitForAWindowThatIsComputed() throws Exception {
    add(Results.up("e0", NOON));
    awaitRows();
    fixture.setClock(NOON + 6 * MINUTE_MS);
    try (Connection reading = fixture.connection();
        Statement statement = reading.createStatement()) {
      reading.setAutoCommit(false);
      statement.execute("LOCK TABLE checks_5m");
      Thread computing = Thread.ofVirtual().start(this::runMaintenance);
      Await.until("the window is taken, and not computed", () -> isSomebodyWaiting());
      add(Results.up("e1", NOON));
      awaitRows();
      assertThat(isSomebodyWaiting()).isTrue();
      reading.commit();
      computing.join();
    }
    maintenance.run();

    assertThat(fixture.select("SELECT endpoint FROM checks_5m ORDER BY endpoint"))
        .containsExactly("1", "2");
    assertThat(writer.counts().failures()).isZero();
  }

  /** Rows that come from the disk bring notes of the same windows all the time. */
  @Test
  void windowThatGetsRowsAllTheTime_isComputedOnceARun() throws Exception {
    add(Results.up("e0", NOON));
    awaitRows();
    fixture.execute(
        "CREATE FUNCTION more() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " INSERT INTO windows_to_do VALUES (5, NEW.start); RETURN NULL; END $$;"
            + " CREATE TRIGGER more AFTER INSERT ON checks_5m FOR EACH ROW"
            + " EXECUTE FUNCTION more()");
    fixture.setClock(NOON + 6 * MINUTE_MS);

    assertThat(maintenance.run().windows()).isEqualTo(1);
    assertThat(maintenance.run().windows()).isEqualTo(1);
    assertThat(fixture.select("SELECT slots FROM checks_5m")).containsExactly("1");
  }

  @Test
  void checkAgain_isCountedAsOne_andNotAsASlot() throws Exception {
    add(Results.down("e0", NOON));
    add(Results.full("e0", NOON + 1_500, "")); // a check again that is degraded
    awaitRows();
    fixture.setClock(NOON + DAY_MS);
    maintenance.run();

    for (String table : List.of("checks_5m", "checks_1h", "checks_1d")) {
      assertThat(
              fixture.select("SELECT slots, up, degraded, down, again, micros_sum FROM " + table))
          .as(table)
          .containsExactly("1|0|0|1|1|0");
    }
  }

  @Test
  void slotsOfASilence_areMissedOnesOfNoEndpoint_spreadOverItsWindows() throws Exception {
    add(Results.up("e0", NOON));
    writer.addGap(NOON + 150_000, NOON + 750_000, 101, Reason.STALLED);
    added++;
    awaitRows();
    fixture.setClock(NOON + DAY_MS);
    maintenance.run();

    assertThat(
            fixture.select(
                "SELECT start, slots, missed FROM checks_5m WHERE endpoint = 0 ORDER BY start"))
        .containsExactly(
            "2024-11-29 12:00:00+00|25|25",
            "2024-11-29 12:05:00+00|50|50",
            "2024-11-29 12:10:00+00|26|26");
    assertThat(
            fixture.select("SELECT endpoint, slots, up, missed FROM checks_1d ORDER BY endpoint"))
        .containsExactly("0|101|0|101", "1|1|1|0");
  }

  @Test
  void windowThatCannotBeComputed_doesNotHoldUpTheRest() throws Exception {
    add(Results.up("e0", NOON));
    add(Results.up("e0", NOON + 5 * MINUTE_MS));
    awaitRows();
    fixture.execute("UPDATE checks SET outcome = 99 WHERE due = '2024-11-29 12:00:00+00'");
    fixture.setClock(NOON + 4 * DAY_MS);

    assertThatThrownBy(maintenance::run)
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("1 windows could not be computed")
        .hasMessageContaining("checks_5m from 2024-11-29T12:00:00Z");
    assertThat(fixture.select("SELECT start FROM checks_5m"))
        .containsExactly("2024-11-29 12:05:00+00");
    assertThat(fixture.count("checks_1d")).isEqualTo(1);
    assertThat(fixture.select(partitions())).as("it is needed").contains("checks_d20241129");

    fixture.setClock(NOON + (3 + Maintenance.OVERDUE_DAYS + 1) * DAY_MS);
    assertThatThrownBy(maintenance::run).isInstanceOf(SQLException.class);
    assertThat(fixture.select(partitions())).doesNotContain("checks_d20241129");
    assertThat(fixture.count("checks_5m")).as("their time is over").isZero();

    maintenance.run();
    assertThat(fixture.count("windows_to_do")).isZero();
  }

  /** The windows after one that cuts the connection come first in the next run. */
  @Test
  void windowThatCutsTheConnection_comesLastInTheNextRun() throws Exception {
    add(Results.up("e0", NOON));
    add(Results.up("e0", NOON + 5 * MINUTE_MS));
    awaitRows();
    fixture.execute(
        "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;"
            + " CREATE TRIGGER cut AFTER INSERT ON checks_5m FOR EACH ROW"
            + " WHEN (NEW.start = '2024-11-29 12:00:00+00') EXECUTE FUNCTION cut()");
    fixture.setClock(NOON + 11 * MINUTE_MS);

    assertThatThrownBy(maintenance::run).isInstanceOf(SQLException.class);
    assertThat(fixture.count("checks_5m")).isZero();
    assertThatThrownBy(maintenance::run).isInstanceOf(SQLException.class);
    assertThat(fixture.select("SELECT start FROM checks_5m"))
        .containsExactly("2024-11-29 12:05:00+00");
  }

  @Test
  void rowsThatAreOld_goWithTheirPartition_andFiguresStayLonger() throws Exception {
    add(Results.up("e0", NOON));
    awaitRows();
    fixture.setClock(NOON + 4 * DAY_MS);

    assertThat(maintenance.run().daysDropped()).isEqualTo(1);
    assertThat(fixture.count("checks")).isZero();
    assertThat(fixture.count("checks_5m")).isEqualTo(1);

    fixture.setClock(NOON + 11 * DAY_MS);
    maintenance.run();
    assertThat(fixture.count("checks_5m")).isZero();
    assertThat(fixture.count("checks_1h")).isEqualTo(1);

    fixture.setClock(NOON + 21 * DAY_MS);
    maintenance.run();
    assertThat(fixture.count("checks_1h")).isZero();
    assertThat(fixture.count("checks_1d")).isEqualTo(1);
  }

  @Test
  void maintenanceOfTwoProcesses_isDoneOnce() throws Exception {
    add(Results.up("e0", NOON));
    awaitRows();
    fixture.setClock(NOON + 2 * HOUR_MS + DAY_MS);
    Thread one = Thread.ofVirtual().start(this::runMaintenance);
    Thread other = Thread.ofVirtual().start(this::runMaintenance);
    one.join();
    other.join();
    maintenance.run();

    assertThat(fixture.select("SELECT slots FROM checks_1d")).containsExactly("1");
    assertThat(fixture.count("windows_to_do")).isZero();
  }

  private void runMaintenance() {
    try {
      new Maintenance(database, Retention.DEFAULT, fixture.clock).run();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private boolean isSomebodyWaiting() throws Exception {
    return !fixture
        .select(
            "SELECT pid FROM pg_stat_activity WHERE datname = '"
                + fixture.name()
                + "' AND wait_event_type = 'Lock'")
        .isEmpty();
  }

  private void add(CheckResult result) {
    writer.add(result);
    added++;
  }

  private void awaitRows() throws Exception {
    Await.until("all rows are written", () -> writer.counts().written() == added);
  }

  private static String partitions() {
    return "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
        + " WHERE i.inhparent = 'checks'::regclass ORDER BY 1";
  }
}
