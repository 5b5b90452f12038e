package dev.holdfast.watcher.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.disk.NewFile;
import dev.holdfast.testkit.Await;
import dev.holdfast.watcher.thread.PlantedError;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Failures that fail again when they are logged, as a lack of memory does. */
@Tag("database")
class WriterThreadsTest {
  private static final int FAILURES = 3;
  private static final WriterConfig QUICK = new WriterConfig(100, 2, 100, 0, 1 << 20, 10, 30);

  @RegisterExtension final StoreFixture fixture = new StoreFixture();

  @TempDir Path dir;

  private final AtomicInteger failures = new AtomicInteger();
  private Database database;

  @BeforeEach
  void start() throws Exception {
    database = fixture.open();
    fixture.addEndpoints(database, 3);
    fixture.maintain(database);
  }

  @Test
  void writer_goesOn_andLosesNoRow() throws Exception {
    InstantSource clock =
        () -> {
          plant();
          return Instant.ofEpochMilli(Results.NOON_MS);
        };
    ResultWriter writer =
        fixture.closing(ResultWriter.start(database, QUICK, "here", new LocalDisk(), dir, clock));

    writer.add(Results.up("e0", Results.NOON_MS));

    Await.until("the row is there", () -> fixture.count("checks") == 1);
    assertThat(failures.get()).isGreaterThan(FAILURES);
  }

  @Test
  void spooler_goesOn() throws Exception {
    Disk disk =
        new ForwardingDisk(new LocalDisk()) {
          @Override
          public NewFile create(Path file) throws IOException {
            plant();
            return super.create(file);
          }
        };
    ResultWriter writer = fixture.writer(database, QUICK, "here", disk, dir);
    try (Connection locking =
            DriverManager.getConnection(fixture.config().url(), fixture.config().user(), "");
        Statement lock = locking.createStatement()) {
      locking.setAutoCommit(false);
      lock.execute("LOCK TABLE checks IN ACCESS EXCLUSIVE MODE"); // the writer waits for it

      Await.until(
          "rows go to disk",
          () -> {
            writer.add(Results.up("e1", Results.NOON_MS));
            return writer.counts().spooled() > 0;
          });
      locking.rollback();
    }

    assertThat(writer.counts().dropped()).isGreaterThanOrEqualTo(2L * FAILURES);
  }

  private void plant() {
    if (failures.incrementAndGet() <= FAILURES) {
      throw new PlantedError();
    }
  }
}
