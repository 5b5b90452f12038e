package dev.holdfast.watcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.QuietLogs;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.testkit.Await;
import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Flag;
import dev.holdfast.watcher.Kind;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

@Tag("database")
class ResultWriterTest {
  private static final long NOON = Results.NOON_MS;
  private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);

  @RegisterExtension
  static final QuietLogs QUIET = QuietLogs.of(ResultWriter.class, BatchWrite.class);

  @RegisterExtension final StoreFixture fixture = new StoreFixture();

  @TempDir Path dir;

  private Database database;
  private ResultWriter writer;

  @BeforeEach
  void start() throws Exception {
    database = fixture.open();
    fixture.addEndpoints(database, 3);
    fixture.maintain(database);
    writer = fixture.writer(database, quick(), dir);
  }

  @Test
  void result_isARow_withAllItsColumns() throws Exception {
    writer.add(Results.full("e1", NOON, "a tab\t, a \\ and\na line"));
    awaitDone(1);

    assertThat(
            fixture.select(
                "SELECT e.id, due, kind, outcome, reason, flags, late_us, lag_us, wait_us, dns_us,"
                    + " connect_us, tls_us, first_byte_us, transfer_us, status, body_bytes,"
                    + " protocol, host(address), certificate_ends, detail, hops, l.name"
                    + " FROM checks c JOIN endpoints e ON e.number = c.endpoint"
                    + " JOIN locations l ON l.number = c.location"))
        .containsExactly(
            "e1|2024-11-29 12:00:00+00|2|1|33|6|1|2|3|4|5|6|7|8|301|9|HTTP/2|2001:db8::1"
                + "|2027-01-02 03:04:05+00|"
                + Results.full("e1", NOON, "a tab\t, a \\ and\na line").detail()
                + "|https://a.example/ https://b.example/x|here");
  }

  @Test
  void phaseThatWasNotReached_isNull() throws Exception {
    writer.add(Results.up("e0", NOON));
    writer.add(Results.missed("e1", NOON));
    awaitDone(2);

    assertThat(
            fixture.select(
                "SELECT dns_us, connect_us, tls_us, status, body_bytes, address, detail"
                    + " FROM checks ORDER BY endpoint"))
        .containsExactly(
            "0|1000|null|200|512|192.0.2.7|null", "null|null|null|null|null|null|null");
  }

  @Test
  void delayBeyondTheColumnsType_isItsHighestValue() throws Exception {
    CheckResult missed = Results.missed("e0", NOON);
    writer.add(
        new CheckResult(
            missed.endpoint(),
            NOON,
            Kind.SLOT,
            new CheckResult.Delay(TimeUnit.HOURS.toMicros(1), 0),
            missed.outcome(),
            missed.reason(),
            "",
            missed.answer(),
            Set.of()));
    awaitDone(1);

    assertThat(fixture.select("SELECT late_us FROM checks")).containsExactly("2147483647");
  }

  @Test
  void addressWithAZone_isKeptWithoutIt() throws Exception {
    CheckResult up = Results.up("e0", NOON);
    var answer =
        new CheckResult.Answer(
            up.answer().status(),
            up.answer().phases(),
            Optional.of("fe80::1%eth0"),
            up.answer().protocol(),
            0,
            Optional.empty(),
            List.of());
    writer.add(
        new CheckResult(
            up.endpoint(),
            NOON,
            Kind.SLOT,
            up.delay(),
            up.outcome(),
            up.reason(),
            "",
            answer,
            Set.of()));
    awaitDone(1);

    assertThat(fixture.select("SELECT host(address) FROM checks")).containsExactly("fe80::1");
  }

  @Test
  void sameResultTwice_isOneRow() throws Exception {
    writer.add(Results.up("e0", NOON));
    awaitDone(1);
    writer.add(Results.up("e0", NOON));
    writer.add(Results.up("e1", NOON));
    awaitDone(3);

    assertThat(fixture.count("checks")).isEqualTo(2);
    assertThat(writer.counts().written()).isEqualTo(2);
    assertThat(writer.counts().known()).isEqualTo(1);
  }

  /** Edge case 25. */
  @Test
  void measuredRow_staysBeforeOneThatWasNot_whicheverComesFirst() throws Exception {
    writer.add(Results.missed("e0", NOON));
    writer.add(Results.up("e1", NOON));
    awaitDone(2);
    writer.add(Results.up("e0", NOON));
    writer.add(Results.missed("e1", NOON));
    awaitDone(4);

    assertThat(fixture.select("SELECT endpoint, outcome FROM checks ORDER BY endpoint"))
        .containsExactly("1|0", "2|0");
  }

  @Test
  void checkAgain_isARowOfItsOwn() throws Exception {
    writer.add(Results.up("e0", NOON));
    writer.add(of(Kind.AGAIN_FAILED, Set.of()));
    awaitDone(2);

    assertThat(fixture.count("checks")).isEqualTo(2);
  }

  @Test
  void rowOfADayWithoutAPartition_getsIt() throws Exception {
    writer.add(Results.up("e0", NOON - 3 * DAY_MS));
    writer.add(Results.up("e0", NOON));
    awaitDone(2);

    assertThat(fixture.select("SELECT due::date FROM checks ORDER BY due"))
        .containsExactly("2024-11-26", "2024-11-29");
    assertThat(fixture.count("checks_d20241126")).isEqualTo(1);
  }

  @Test
  void rowsThatHaveNoPlace_areCounted_andTheOthersAreWritten() throws Exception {
    writer.add(Results.up("e0", NOON - 400 * DAY_MS));
    writer.add(Results.up("e0", NOON + 400 * DAY_MS));
    writer.add(Results.up("nobody", NOON));
    writer.add(Results.up("e0", NOON));
    awaitDone(4);

    assertThat(fixture.count("checks")).isEqualTo(1);
    assertThat(writer.counts().old()).isEqualTo(1);
    assertThat(writer.counts().early()).isEqualTo(1);
    assertThat(writer.counts().strange()).isEqualTo(1);
  }

  @Test
  void rowThatTheDatabaseRefuses_doesNotHoldUpTheOthers() throws Exception {
    fixture.execute("ALTER TABLE checks ADD CHECK (late_us <> 66)");
    for (int i = 0; i < 20; i++) {
      writer.add(Results.up("e0", NOON + i));
    }
    writer.add(
        new CheckResult(
            new EndpointId("e1"),
            NOON,
            Kind.SLOT,
            new CheckResult.Delay(66, 0),
            Outcome.UP,
            Reason.NONE,
            "",
            CheckResult.Answer.NONE,
            Set.of()));
    awaitDone(21);

    assertThat(fixture.count("checks")).isEqualTo(20);
    assertThat(writer.counts().refused()).isEqualTo(1);
  }

  /** A delete during a check stores nothing: the agent hears of the removal later. */
  @Test
  void rowOfARemovedEndpoint_isCounted_andNotStored() throws Exception {
    writer.add(Results.up("e0", NOON));
    awaitDone(1);

    new StoredEndpoints(database).apply(List.of(Results.endpoint("e1")), false);
    writer.add(Results.up("e0", NOON + 1));
    writer.add(Results.up("e1", NOON));
    awaitDone(3);

    assertThat(writer.counts().strange()).isEqualTo(1);
    assertThat(fixture.select("SELECT endpoint, due FROM checks ORDER BY endpoint"))
        .as("the history stays")
        .containsExactly("1|2024-11-29 12:00:00+00", "2|2024-11-29 12:00:00+00");
    assertThat(fixture.select("SELECT endpoint FROM state")).containsExactly("2");
  }

  @Test
  void endpointThatIsThereAgain_hasItsNumber() throws Exception {
    var stored = new StoredEndpoints(database);
    stored.apply(List.of(Results.endpoint("e1")), false);
    writer.add(Results.up("e0", NOON));
    awaitDone(1);

    stored.apply(List.of(Results.endpoint("e0"), Results.endpoint("e1")), false);
    writer.add(Results.up("e0", NOON + 1));
    awaitDone(2);

    assertThat(fixture.select("SELECT endpoint FROM checks")).containsExactly("1");
  }

  /** A removal comes before a batch or behind it, and never in between. */
  @Test
  void removal_waitsForTheBatchThatIsWritten() throws Exception {
    DatabaseConfig config = fixture.config();
    CompletableFuture<Void> removed;
    try (Connection other =
            DriverManager.getConnection(config.url(), config.user(), config.password());
        Statement lock = other.createStatement()) {
      other.setAutoCommit(false);
      lock.execute("LOCK TABLE checks IN ACCESS EXCLUSIVE MODE");
      writer.add(Results.up("e0", NOON));
      Await.until("the batch waits for the table", () -> waits("relation"));

      removed =
          CompletableFuture.runAsync(
              () -> {
                try {
                  new StoredEndpoints(database).apply(List.of(Results.endpoint("e1")), false);
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });

      Await.until("the removal waits, or is over", () -> waits("advisory") || removed.isDone());
      assertThat(removed).isNotDone();
      other.rollback();
    }
    removed.get();
    awaitDone(1);
    assertThat(fixture.count("checks")).isEqualTo(1);
    assertThat(fixture.count("state")).isZero();
  }

  /** An agent that hangs in the middle of a batch keeps its lock. */
  @Test
  void removal_whileABatchHangs_isGivenUp_andTheOtherBatchesGoOn() throws Exception {
    try (Connection hanging = fixture.connection();
        Statement batch = hanging.createStatement()) {
      hanging.setAutoCommit(false);
      int process = hanging.unwrap(PGConnection.class).getBackendPID();
      StoredEndpoints.awaitRemovals(batch);

      CompletableFuture<Throwable> removal =
          CompletableFuture.supplyAsync(
              () ->
                  catchThrowable(
                      () ->
                          new StoredEndpoints(database)
                              .apply(List.of(Results.endpoint("e1")), false)));
      Await.until("the removal waits", () -> waits("advisory"));
      writer.add(Results.up("e1", NOON));

      awaitDone(1);
      assertThat(removal.get())
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("an agent that hangs")
          .hasMessageContaining("pg_terminate_backend(" + process + ")");
      hanging.rollback();
    }
    assertThat(fixture.count("endpoints WHERE deleted_at IS NULL")).isEqualTo(3);
    assertThat(writer.counts().failures()).isZero();
  }

  @Test
  void batch_whileARemovalHangs_failsAndIsRepeated() throws Exception {
    try (Connection hanging = fixture.connection();
        Statement removal = hanging.createStatement()) {
      hanging.setAutoCommit(false);
      removal.execute("SELECT pg_advisory_xact_lock(" + StoredEndpoints.REMOVAL_LOCK + ")");
      writer.add(Results.up("e1", NOON));

      Await.until("the batch has failed twice", () -> writer.counts().failures() > 1);
      assertThat(fixture.count("pg_locks WHERE NOT granted AND locktype = 'advisory'"))
          .as("no attempt waits on in the server after its end")
          .isLessThanOrEqualTo(1);
      hanging.rollback();
    }

    awaitDone(1);
    assertThat(fixture.count("checks")).isEqualTo(1);
  }

  private boolean waits(String lockType) throws SQLException {
    return fixture.count(
            "pg_locks l JOIN pg_database d ON d.oid = l.database WHERE NOT l.granted"
                + " AND d.datname = current_database() AND l.locktype = '"
                + lockType
                + "'")
        > 0;
  }

  @Test
  void gap_isARow_onceOnly() throws Exception {
    writer.addGap(NOON - 60_000, NOON, 12, Reason.STALLED);
    awaitDone(1);
    writer.addGap(NOON - 60_000, NOON, 12, Reason.STALLED);
    awaitDone(2);

    assertThat(fixture.select("SELECT after, until, slots, reason FROM gaps"))
        .containsExactly("2024-11-29 11:59:00+00|2024-11-29 12:00:00+00|12|35");
  }

  /** An agent that stood still for longer than rows are kept, or whose clock was wrong so long. */
  @Test
  void gapThatBeganBeforeTheRetention_isStored_andItsOldWindowsStay() throws Exception {
    long before = NOON - 40 * DAY_MS;
    writer.addGap(before, NOON - 31 * DAY_MS, 12, Reason.STALLED);
    writer.addGap(before, NOON, 4_000, Reason.STALLED);
    awaitDone(2);

    assertThat(writer.counts().old()).as("that ended before it").isEqualTo(1);
    assertThat(fixture.select("SELECT after, until, slots FROM gaps"))
        .containsExactly("2024-10-20 12:00:00+00|2024-11-29 12:00:00+00|4000");
    assertThat(fixture.select("SELECT min(start), max(start) FROM windows_to_do"))
        .containsExactly("2024-10-30 00:00:00+00|2024-11-29 12:00:00+00");
  }

  @Test
  void state_isThatOfTheLastResultThatCounts_sinceItsFirst() throws Exception {
    writer.add(Results.up("e0", NOON));
    writer.add(Results.down("e0", NOON + 60_000));
    writer.add(Results.down("e0", NOON + 120_000));
    writer.add(Results.missed("e0", NOON + 180_000));
    writer.add(of(Kind.SLOT, Set.of(Flag.TAINTED)));
    writer.add(Results.up("e0", NOON - 60_000));
    awaitDone(5); // the tainted result is of the same slot as the first

    assertThat(fixture.select("SELECT due, outcome, reason, since FROM state"))
        .containsExactly("2024-11-29 12:02:00+00|2|22|2024-11-29 12:01:00+00");
  }

  /** Edge case 2: the clock of the agent was an hour ahead for a while. */
  @Test
  void rowThatIsDueAheadOfTheDatabasesClock_isStored_andDoesNotFreezeTheState() throws Exception {
    long now = databaseMs();
    fixture.setClock(now);
    writer.add(Results.down("e0", now + TimeUnit.HOURS.toMillis(1)));
    awaitDone(1);
    assertThat(fixture.count("checks")).isEqualTo(1);
    assertThat(fixture.count("state")).isZero();

    writer.add(Results.up("e0", now));
    awaitDone(2);
    assertThat(fixture.select("SELECT outcome FROM state")).containsExactly("0");
  }

  @Test
  void stateThatIsAheadOfTheDatabasesClock_takesTheNextRow() throws Exception {
    long now = databaseMs();
    fixture.setClock(now);
    writer.add(Results.up("e0", now));
    awaitDone(1);
    fixture.execute("UPDATE state SET due = due + interval '1 h'");

    writer.add(Results.down("e0", now + 1));
    awaitDone(2);
    assertThat(fixture.select("SELECT outcome FROM state")).containsExactly("2");
  }

  private long databaseMs() throws Exception {
    return Long.parseLong(
        fixture.select("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint").getFirst());
  }

  @Test
  void close_writesWhatIsLeft() throws Exception {
    var slow = new WriterConfig(1_000, 1_000, 1_000, 3_600_000, 1 << 20, 50, 30);
    ResultWriter first = fixture.writer(database, slow, dir.resolve("slow"));
    for (int i = 0; i < 100; i++) {
      first.add(Results.up("e0", NOON + i));
    }
    first.close();

    assertThat(fixture.count("checks")).isEqualTo(100);
    assertThat(first.counts().spooled()).isZero();
  }

  /** A stop may be cut short: what waits in memory is on disk before the database answers. */
  @Test
  void close_whileTheDatabaseDoesNotAnswer_bringsRowsToDiskFirst() throws Exception {
    DatabaseConfig config = fixture.config();
    try (Connection other =
            DriverManager.getConnection(config.url(), config.user(), config.password());
        Statement lock = other.createStatement()) {
      other.setAutoCommit(false);
      lock.execute("LOCK TABLE checks IN ACCESS EXCLUSIVE MODE");
      writer.add(Results.up("e0", NOON));
      Await.until("the writer has it in its hand", () -> writer.waiting() == 0);
      for (int i = 1; i <= 10; i++) {
        writer.add(Results.up("e0", NOON + i));
      }

      Thread closing = Thread.startVirtualThread(writer::close);
      Await.until("the others are on disk", () -> writer.counts().spooled() >= 10);

      assertThat(writer.counts().written()).isZero();
      other.rollback();
      closing.join();
    }
    assertThat(writer.counts().dropped()).isZero();
    assertThat(writer.counts().written() + writer.counts().spooled()).isEqualTo(11);
  }

  /** Such as a lack of memory. */
  @Test
  void errorInABatch_endsNoThread_andLosesNoRow() throws Exception {
    var planted = new AtomicInteger(2);
    InstantSource clock =
        () -> {
          if (planted.getAndDecrement() > 0) {
            throw new OutOfMemoryError("planted");
          }
          return fixture.clock.instant();
        };
    ResultWriter failing =
        fixture.closing(
            ResultWriter.start(
                database, quick(), "here", new LocalDisk(), dir.resolve("other"), clock));
    failing.add(Results.up("e0", NOON));
    failing.add(Results.up("e1", NOON));
    Await.until("both are written", () -> done(failing.counts()) == 2);

    assertThat(failing.counts().failures()).isEqualTo(2);
    assertThat(failing.counts().dropped()).isZero();
    assertThat(fixture.count("checks")).isEqualTo(2);
  }

  private static WriterConfig quick() {
    return new WriterConfig(50_000, 10_000, 1_000, 5, 1 << 24, 50, 30);
  }

  private static CheckResult of(Kind kind, Set<Flag> flags) {
    return new CheckResult(
        new EndpointId("e0"),
        NOON,
        kind,
        CheckResult.Delay.NONE,
        Outcome.DOWN,
        Reason.STATUS,
        "",
        CheckResult.Answer.NONE,
        flags);
  }

  private void awaitDone(int rows) throws Exception {
    Await.until(rows + " rows are done", () -> done(writer.counts()) >= rows);
  }

  private static long done(WriterCounts counts) {
    return counts.written()
        + counts.known()
        + counts.old()
        + counts.early()
        + counts.strange()
        + counts.refused();
  }
}
