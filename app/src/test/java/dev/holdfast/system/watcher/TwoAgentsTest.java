package dev.holdfast.system.watcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.watcher.SlotAccount.Span;
import dev.holdfast.testkit.Await;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.store.StoreFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two watchers of one location, which both check every slot. */
@Tag("database")
class TwoAgentsTest {
  private static final int SITES = 60;
  private static final long STOP_MS = 2_000;

  @TempDir private Path dir;

  /** Edge case 25: a slot has one row, and a measured one stays before one that was not. */
  @Test
  void slotOfTwoAgents_hasOneRow_theMeasuredOne() throws Exception {
    try (var farm = new WatchedFarm(StoreFixture.newDatabase(), 2, SITES, new HeldSite(), "");
        WatchProcess one = agent("one", farm);
        WatchProcess two = agent("two", farm)) {
      one.start();
      two.start();
      one.awaitChecking(SITES);
      two.awaitChecking(SITES);
      farm.owe();
      for (WatchProcess stopped : List.of(one, two)) {
        long missed = missed(stopped);
        stopped.pause();
        long fromMs = WatchedFarm.now();
        WatchedFarm.awaitTime(fromMs + STOP_MS);
        var meanwhile = new Span(fromMs, WatchedFarm.now());
        stopped.resume();
        Await.until("it says what it missed", () -> missed(stopped) > missed);
        farm.settle();
        farm.owe();

        assertThat(farm.rows(meanwhile)).isNotEmpty().allMatch(row -> row.outcome().isMeasured());
      }
      assertThat(farm.rows()).noneMatch(row -> row.outcome() == Outcome.DOWN);
      long known =
          one.status().at("/database/known").asLong() + two.status().at("/database/known").asLong();
      assertThat(known).as("rows that the other one had written").isPositive();
    }
  }

  private WatchProcess agent(String name, WatchedFarm farm) throws Exception {
    Path own = Files.createDirectory(dir.resolve(name));
    return new WatchProcess(own, List.of(), List.of(), farm.options());
  }

  private static long missed(WatchProcess agent) throws Exception {
    return agent.status().at("/results/missed").asLong();
  }
}
