package dev.holdfast.watcher.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.QuietLogs;
import dev.holdfast.disk.Disk;
import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.testkit.Await;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults of the database while results come. After each one, every result is in the table once, or
 * is counted as dropped.
 */
@Tag("database")
class DatabaseFaultsTest {
  private static final long NOON = Results.NOON_MS;
  private static final int ENDPOINTS = 20;

  @RegisterExtension static final QuietLogs QUIET = QuietLogs.ofAll();

  @RegisterExtension final StoreFixture fixture = new StoreFixture();

  @TempDir Path dir;

  private Database database;
  private ResultWriter writer;
  private int handedOver;

  /** Edge case 25. */
  @Test
  void connectionThatIsCutAtTheAnswerToCommit_losesNoRow_andMakesNoneTwice() throws Exception {
    CommitProxy proxy = start();
    for (int cut = 0; cut < 5; cut++) {
      proxy.cut("COMMIT\0", 1);
      handOver(100);
      int done = cut + 1;
      Await.until("the cut", () -> proxy.cutsDone() >= done);
      awaitAllRows();
    }

    assertEachIsThereOnce();
    assertThat(writer.counts().known()).as("rows that were there already").isPositive();
  }

  @Test
  void connectionThatIsCutBeforeCommit_losesNoRow_andMakesNoneTwice() throws Exception {
    CommitProxy proxy = start();
    for (int cut = 0; cut < 5; cut++) {
      proxy.cut("COPY ", 1);
      handOver(100);
      int done = cut + 1;
      Await.until("the cut", () -> proxy.cutsDone() >= done);
      awaitAllRows();
    }

    assertEachIsThereOnce();
  }

  @Test
  void repetitionThatIsCutAtItsCommit_losesNoRow_andMakesNoneTwice() throws Exception {
    CommitProxy proxy = start();
    proxy.cut("COMMIT\0", 4);
    handOver(100);
    Await.until("the cuts", () -> proxy.cutsDone() == 4);
    awaitAllRows();

    assertEachIsThereOnce();
  }

  @Test
  void backendThatIsKilled_losesNoRow_andMakesNoneTwice() throws Exception {
    start();
    for (int kill = 0; kill < 3; kill++) {
      handOver(200);
      signal("KILL", List.of(backends().getFirst()));
      handOver(200);
      awaitAllRows();
    }

    assertEachIsThereOnce();
  }

  @Test
  void databaseThatIsStopped_doesNotHoldUpWhoHandsOver_andGetsAllOfIt() throws Exception {
    start();
    handOver(100);
    awaitAllRows();
    List<String> stopped = backends();
    signal("STOP", stopped);
    try {
      handOver(5_000);
      Await.until("the writer has noticed", () -> writer.counts().failures() > 0);
      handOver(5_000);
    } finally {
      signal("CONT", stopped);
    }
    awaitAllRows();

    assertEachIsThereOnce();
  }

  @Test
  void databaseThatIsGone_fillsTheDisk_andGetsAllOfItWhenItIsBack() throws Exception {
    CommitProxy proxy = start();
    proxy.cut("", Integer.MAX_VALUE);
    handOver(2_000);
    Await.until("rows are on disk", () -> writer.counts().spooled() > 500);
    handOver(500);
    proxy.cut("", 0);
    awaitAllRows();

    assertEachIsThereOnce();
    assertThat(writer.counts().replayed()).isPositive();
    Await.until("the disk is free again", () -> dir.toFile().list().length == 0);
  }

  @Test
  void processThatEndsWhileTheDatabaseIsGone_leavesItsRowsForTheNext() throws Exception {
    CommitProxy proxy = start();
    proxy.cut("", Integer.MAX_VALUE);
    handOver(3_000);
    Await.until("the writer has noticed", () -> writer.counts().failures() > 0);
    writer.close();
    assertThat(fixture.count("checks")).isZero();

    proxy.cut("", 0);
    writer = fixture.writer(database, config(1 << 24), dir);
    awaitAllRows();

    assertEachIsThereOnce();
  }

  /** Such as without file descriptors. */
  @Test
  void diskThatCannotBeReadForAWhile_losesNoRow() throws Exception {
    var disk = new UnreadableDisk();
    CommitProxy proxy = start(1 << 24, disk);
    proxy.cut("", Integer.MAX_VALUE);
    handOver(2_000);
    Await.until("rows are on disk", () -> writer.counts().spooled() > 500);
    disk.isUnreadable = true;
    proxy.cut("", 0);
    Await.until("they could not be read", () -> disk.refused.get() > 1);
    Await.until("rows in memory are written meanwhile", () -> rows() > 0);
    disk.isUnreadable = false;
    awaitAllRows();

    assertEachIsThereOnce();
    assertThat(writer.counts().damaged()).isZero();
    Await.until("the disk is free again", () -> dir.toFile().list().length == 0);
  }

  @Test
  void rowsOnDisk_keepTheirLocation_whereverTheNextProcessIs() throws Exception {
    CommitProxy proxy = leaveRowsOnDisk();
    proxy.cut("", 0);
    writer = fixture.writer(database, config(1 << 24), "there", new LocalDisk(), dir);
    awaitAllRows();

    assertEachIsThereOnce();
    assertThat(
            fixture.select(
                "SELECT DISTINCT l.name FROM checks c JOIN locations l ON l.number = c.location"))
        .containsExactly("here");
  }

  @Test
  void rowsOnDisk_goIntoNoOtherDatabase() throws Exception {
    CommitProxy proxy = leaveRowsOnDisk();
    proxy.cut("", 0);
    fixture.execute("UPDATE watch_database SET id = gen_random_uuid()");
    writer = fixture.writer(fixture.open(), config(1 << 24), dir);
    handOver(1);
    Await.until("the other database takes rows", () -> writer.counts().written() == 1);
    writer.close();
    assertThat(fixture.count("checks")).isEqualTo(1);

    writer = fixture.writer(database, config(1 << 24), dir);
    awaitAllRows();
    assertEachIsThereOnce();
  }

  private CommitProxy leaveRowsOnDisk() throws Exception {
    CommitProxy proxy = start();
    proxy.cut("", Integer.MAX_VALUE);
    handOver(1_000);
    Await.until("the writer has noticed", () -> writer.counts().failures() > 0);
    writer.close();
    assertThat(fixture.count("checks")).isZero();
    return proxy;
  }

  /** A disk that opens no file for a while. */
  private static final class UnreadableDisk extends ForwardingDisk {
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean isUnreadable;

    UnreadableDisk() {
      super(new LocalDisk());
    }

    @Override
    public InputStream open(Path file) throws IOException {
      if (isUnreadable) {
        refused.incrementAndGet();
        throw new IOException("Too many open files");
      }
      return super.open(file);
    }
  }

  @Test
  void databaseThatIsGoneForTooLong_losesTheOldestRows_andCountsThem() throws Exception {
    CommitProxy proxy = start(50_000);
    proxy.cut("", Integer.MAX_VALUE);
    handOver(1_500);
    Await.until("rows are dropped", () -> writer.counts().dropped() > 0);
    Await.until("the rest is on disk", () -> writer.waiting() < 100);
    proxy.cut("", 0);
    Await.until(
        "all are written or dropped",
        () -> fixture.count("checks") + writer.counts().dropped() >= handedOver);

    assertThat(fixture.count("checks") + writer.counts().dropped()).isEqualTo(handedOver);
    assertThat(fixture.select("SELECT max(due) = timestamptz '" + last() + "' FROM checks"))
        .as("the newest row is kept")
        .containsExactly("t");
  }

  private CommitProxy start() throws Exception {
    return start(1 << 24);
  }

  private CommitProxy start(long spoolBytesMax) throws Exception {
    return start(spoolBytesMax, new LocalDisk());
  }

  private CommitProxy start(long spoolBytesMax, Disk disk) throws Exception {
    CommitProxy proxy = fixture.closing(new CommitProxy(fixture.port()));
    database = fixture.open(fixture.impatientConfig(proxy.port()));
    fixture.addEndpoints(database, ENDPOINTS);
    fixture.maintain(database);
    writer = fixture.writer(database, config(spoolBytesMax), "here", disk, dir);
    return proxy;
  }

  private static WriterConfig config(long spoolBytesMax) {
    return new WriterConfig(50_000, 10_000, 100, 5, spoolBytesMax, 50, 30);
  }

  private void handOver(int results) {
    for (int i = 0; i < results; i++) {
      writer.add(Results.up("e" + handedOver % ENDPOINTS, due(handedOver)));
      handedOver++;
    }
  }

  private static long due(int result) {
    return NOON + result;
  }

  private String last() {
    return RowText.time(Instant.ofEpochMilli(due(handedOver - 1)));
  }

  private void awaitAllRows() throws Exception {
    Await.until("all rows are there", () -> rows() >= handedOver);
  }

  /** Returns the number of rows, or 0 while the server does not answer. */
  private long rows() {
    try {
      return fixture.count("checks");
    } catch (SQLException notNow) {
      return 0;
    }
  }

  private void assertEachIsThereOnce() throws Exception {
    List<String> expected =
        IntStream.range(0, handedOver)
            .mapToObj(i -> "e" + i % ENDPOINTS + "|" + due(i))
            .sorted()
            .toList();
    assertThat(
            fixture.select(
                "SELECT e.id, (extract(epoch FROM c.due) * 1000)::bigint FROM checks c"
                    + " JOIN endpoints e ON e.number = c.endpoint"))
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(writer.counts().dropped()).isZero();
  }

  /** Returns the processes of the server that serve the writer's pool. */
  private List<String> backends() throws SQLException {
    return fixture.select(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'holdfast-watch'"
            + " AND datname = '"
            + fixture.name()
            + "'");
  }

  private static void signal(String signal, List<String> processes) throws Exception {
    for (String process : processes) {
      new ProcessBuilder("kill", "-" + signal, process).inheritIO().start().waitFor();
    }
  }
}
