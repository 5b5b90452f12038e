package dev.holdfast.system.watcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.watchdb.EmbeddedDatabase;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.store.CommitProxy;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults of the database of a watcher's process. Checks go on meanwhile, and after each fault every
 * slot is in the table, once.
 */
@Tag("database")
class TroubledDatabaseTest {
  private static final int SITES = 100;

  @TempDir private static Path dir;
  @TempDir private static Path data;

  private static DatabaseServer server;
  private static CommitProxy proxy;
  private static WatchedFarm farm;
  private static WatchProcess agent;

  @BeforeAll
  static void start() throws Exception {
    server = new DatabaseServer(data);
    proxy = new CommitProxy(server.port());
    farm = new WatchedFarm(server.url(), 1, SITES, new HeldSite(), "");
    // With the shortest time-outs, so that a fault is noticed soon.
    String url =
        EmbeddedDatabase.url("watch", proxy.port())
            + "?socketTimeout=1&connectTimeout=1&loginTimeout=1";
    agent = new WatchProcess(dir, List.of(), List.of(), farm.options(url));
    agent.start();
  }

  @BeforeEach
  void owe() throws Exception {
    agent.awaitChecking(SITES);
    farm.owe();
  }

  @AfterEach
  void settle() throws Exception {
    farm.settle();
    assertThat(farm.rows()).noneMatch(row -> row.outcome() == Outcome.DOWN);
    assertThat(agent.status().at("/database/dropped").asLong()).isZero();
  }

  @AfterAll
  static void close() throws Exception {
    agent.close();
    farm.close();
    proxy.close();
    server.close();
  }

  private static long failures() throws Exception {
    return agent.status().at("/database/failures").asLong();
  }

  /** Waits until the watcher has noticed, and has made a check of each site since. */
  private static void awaitNoticed(long failuresBefore) throws Exception {
    Await.until("the watcher has noticed", () -> failures() > failuresBefore);
    int answered = farm.answered();
    Await.until("it checks on", () -> farm.answered() >= answered + SITES);
  }

  /** Edge case 25: the answers to commits are lost. */
  @Test
  void connectionThatIsCutAfterCommit() throws Exception {
    for (int cut = proxy.cutsDone() + 1; cut <= 4; cut++) {
      int done = cut;
      proxy.cut("COMMIT\0", 1);
      Await.until("the cut", () -> proxy.cutsDone() >= done);
    }
  }

  @Test
  void serverThatIsStopped() throws Exception {
    long before = failures();
    List<ProcessHandle> stopped = server.pause();
    try {
      awaitNoticed(before);
    } finally {
      DatabaseServer.resume(stopped);
    }
  }

  @Test
  void serverThatIsKilled() throws Exception {
    long before = failures();
    server.kill();
    try {
      awaitNoticed(before);
    } finally {
      server.restart();
    }
  }
}
