package dev.holdfast.system.watcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import dev.holdfast.watcher.store.StoreFixture;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A watcher's process that lacks something. Every slot is accounted for, once, and no site that is
 * well is called down.
 */
@Tag("database")
class StarvedAgentTest {
  private static final int DESCRIPTORS = 200;

  @TempDir private Path dir;

  /** Edge case 23: there are fewer descriptors than checks. The canary has none, either. */
  @Test
  void fewDescriptors_areTheAgents() throws Exception {
    var site = new HeldSite();
    try (var farm = new WatchedFarm(StoreFixture.newDatabase(), 1, DESCRIPTORS, site, "");
        WatchProcess agent =
            WatchProcess.packed(
                dir,
                List.of("sh", "-c", "ulimit -n " + DESCRIPTORS + " && exec \"$@\"", "sh"),
                farm.options())) {
      agent.start();
      agent.awaitChecking(DESCRIPTORS);
      farm.owe();
      site.hold();
      Await.until(
          "checks lack descriptors",
          () -> farm.rows().stream().anyMatch(row -> row.reason() == Reason.NO_DESCRIPTORS));
      site.letGo();
      farm.awaitAllUp();
      farm.settle();

      assertThat(farm.rows()).noneMatch(row -> row.outcome() == Outcome.DOWN);
      assertThat(farm.rows())
          .filteredOn(row -> row.reason() == Reason.NO_DESCRIPTORS)
          .allMatch(row -> row.outcome() == Outcome.AGENT);
      assertThat(agent.said().lines().filter(line -> line.contains("canary")).count())
          .as("lines about the canary: " + agent.said())
          .isLessThan(DESCRIPTORS);
    }
  }

  /** The bodies in flight are larger than the heap. */
  @Test
  void smallHeap_isTheAgents() throws Exception {
    int sites = 24;
    var site = new HeldSite("x".repeat(3 << 20), "x".repeat(500_000) + "the end");
    String keys = ", body_bytes: 4MiB, expect: {text: ['the end']}";
    try (var farm = new WatchedFarm(StoreFixture.newDatabase(), 1, sites, site, keys);
        var agent = new WatchProcess(dir, List.of(), List.of("-Xmx56m"), farm.options())) {
      agent.start();
      agent.awaitChecking(sites);
      farm.owe();
      site.hold();
      Await.until(
          "checks lack memory",
          () -> farm.rows().stream().anyMatch(row -> row.reason() == Reason.AGENT_MEMORY));
      farm.serve(new HeldSite("", "the end"));
      site.letGo();
      farm.awaitAllUp();
      farm.settle();

      assertThat(agent.isAlive()).isTrue();
      assertThat(farm.rows()).noneMatch(row -> row.outcome() == Outcome.DOWN);
    }
  }
}
