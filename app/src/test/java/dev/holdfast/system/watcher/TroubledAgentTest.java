package dev.holdfast.system.watcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.watcher.SlotAccount.Row;
import dev.holdfast.system.watcher.SlotAccount.Span;
import dev.holdfast.testkit.Await;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import dev.holdfast.watcher.Schedule;
import dev.holdfast.watcher.store.StoreFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults of a watcher's process, whose sites are all well. After each one every slot is accounted
 * for, once, and no site was called down.
 */
@Tag("database")
class TroubledAgentTest {
  private static final int SITES = 100;
  private static final int BURNERS = 6;
  private static final long STOP_MS = 3_000;

  private static final HeldSite SITE = new HeldSite();

  @TempDir private static Path dir;

  private static WatchedFarm farm;
  private static WatchProcess agent;

  @BeforeAll
  static void start() throws Exception {
    farm = new WatchedFarm(StoreFixture.newDatabase(), 1, SITES, SITE, "");
    agent = new WatchProcess(dir, List.of(), List.of(), farm.options());
  }

  @BeforeEach
  void owe() throws Exception {
    SITE.letGo();
    if (!agent.isAlive()) {
      agent.start();
    }
    agent.awaitChecking(SITES);
    farm.owe();
  }

  @AfterEach
  void assertNoneIsDown() throws Exception {
    assertThat(farm.rows()).noneMatch(row -> row.outcome() == Outcome.DOWN);
  }

  @AfterAll
  static void close() throws Exception {
    agent.close();
    farm.close();
  }

  private static void awaitHeld() throws Exception {
    SITE.hold();
    Await.until("checks are in flight", () -> SITE.waiting() >= 5);
  }

  /** Edge case 1: the process is stopped, and the answers lie there when it goes on. */
  @Test
  void stoppedFor3s_saysNothingOfSites() throws Exception {
    awaitHeld();
    agent.pause();
    long stoppedMs = WatchedFarm.now();
    int inFlight = SITE.waiting();
    WatchedFarm.awaitTime(stoppedMs + STOP_MS);
    SITE.letGo();
    long resumedMs = WatchedFarm.now();
    agent.resume();
    farm.settle();

    List<Row> meanwhile = farm.rows(new Span(stoppedMs, resumedMs));
    // Three fifths are due on average. Phases are hashes, so some windows have fewer.
    assertThat(meanwhile).hasSizeGreaterThanOrEqualTo(SITES / 4);
    assertThat(meanwhile)
        .allMatch(row -> row.outcome() == Outcome.MISSED && row.reason() == Reason.STALLED);
    assertThat(farm.rows())
        .filteredOn(row -> row.outcome() == Outcome.AGENT && row.reason() == Reason.STALLED)
        .hasSizeGreaterThanOrEqualTo(inFlight);
    assertThat(agent.status().at("/missed/agent stalled").asInt())
        .as("it counts them by their cause")
        .isGreaterThanOrEqualTo(meanwhile.size());
    assertThat(agent.said()).contains("the agent did not run for");
  }

  @Test
  void processesThatTakeTheCores_takeNoSlotWithoutACause() throws Exception {
    List<Process> burners = new ArrayList<>();
    try {
      for (int i = 0; i < BURNERS; i++) {
        burners.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
      }
      WatchedFarm.awaitTime(WatchedFarm.now() + Schedule.INTERVAL_MIN_MS);
    } finally {
      burners.forEach(Process::destroyForcibly);
    }
    farm.settle();
  }

  /** A stop in the middle of checks leaves a row of each, and a start goes on. */
  @Test
  void stopInOrder_losesNoRow() throws Exception {
    awaitHeld();
    farm.oweNoMore();
    agent.end();
    farm.assertWhole();

    SITE.letGo();
    agent.start();
    agent.awaitChecking(SITES);
    farm.owe();
    int rows = farm.rows().size();
    Await.until("sites are checked again", () -> farm.rows().size() >= rows + SITES / 5);
    farm.settle();
  }

  /** A killed process loses the rows in its memory, and none that the table has. */
  @Test
  void killedAgent_losesNoRowThatIsThere() throws Exception {
    farm.settle();
    awaitHeld();
    List<Row> before = farm.rows();
    agent.kill();
    SITE.letGo();
    agent.start();
    agent.awaitChecking(SITES);
    farm.owe();
    int rows = farm.rows().size();
    Await.until("sites are checked again", () -> farm.rows().size() >= rows + SITES / 5);
    farm.settle();

    assertThat(farm.rows()).containsAll(before);
  }
}
