package dev.holdfast.system.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Links;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Actors that are cut from each other, with traffic at all of them. */
class CutsTest {
  private static final int ACTORS = 5;

  /** The first two have processes of their own, which are killed and paused. */
  private static final List<List<Integer>> PROCESSES =
      List.of(List.of(1), List.of(2), List.of(3, 4, 5));

  private static final int ROUND = 4; // acknowledged increments of each actor, at least
  private static final Links.Fate SILENT = new Links.Fate.Silent();

  @TempDir private static Path directory;
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = Cluster.behindProxies(directory, PROCESSES, "--read-deadline-ms=400");
    cluster.startAndConfigure();
  }

  @AfterAll
  static void end() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  @AfterEach
  void heal() throws Exception {
    cluster.links().heal();
    cluster.start();
    cluster.awaitReadable(cluster.all());
  }

  @Test
  void halves() throws Exception {
    assertExact("halves", SILENT, CutsTest::isBetweenHalves, cluster.all());
  }

  @Test
  void halves_whoseConnectionsAreReset() throws Exception {
    assertExact("reset", new Links.Fate.Reset(), CutsTest::isBetweenHalves, cluster.all());
  }

  @Test
  void oneAlone() throws Exception {
    assertExact("alone", SILENT, (from, to) -> from == 3 || to == 3, cluster.all());
  }

  @Test
  void oneThatOnlyHears() throws Exception {
    assertExact("hears", SILENT, (from, _) -> from == 3, cluster.all());
  }

  @Test
  void oneThatOnlySpeaks() throws Exception {
    assertExact("speaks", SILENT, (_, to) -> to == 3, cluster.all());
  }

  /** All others reach each other over the third one alone. */
  @Test
  void bridge_readsAreAnswered() throws Exception {
    assertExact(
        "bridge",
        SILENT,
        (from, to) -> isBetweenHalves(from, to) && from != 3 && to != 3,
        List.of());
  }

  @Test
  void oneDirectionBetweenTwo_readsAreAnswered() throws Exception {
    assertExact("direction", SILENT, (from, to) -> from == 1 && to == 2, List.of());
  }

  @Test
  void lateLinks_readsAreAnswered() throws Exception {
    var late = new Links.Fate.Late(Duration.ofMillis(20));
    assertExact("late", late, (_, _) -> true, List.of());
  }

  /** Who stands still answers nobody, and is asked as soon as it goes on. */
  @Test
  void onePaused() throws Exception {
    try (var traffic = new Traffic(cluster, "paused").start(seed())) {
      traffic.awaitMore(cluster.all(), ROUND);
      cluster.process(2).pause();
      traffic.awaitMore(List.of(1, 3, 4, 5), ROUND);
      assertThat(cluster.read(1, "paused")).isEmpty();
      cluster.process(2).resume();
      cluster.awaitReadable(1);
      traffic.awaitMore(cluster.all(), ROUND);
      traffic.endAndCheck();
    }
  }

  @Test
  void killedWhileCut_andAllKilled() throws Exception {
    try (var traffic = new Traffic(cluster, "killed").start(seed())) {
      traffic.awaitMore(cluster.all(), ROUND);
      cluster.links().set(ACTORS, SILENT, CutsTest::isBetweenHalves);
      traffic.awaitMore(cluster.all(), ROUND);
      cluster.process(1).kill();
      traffic.awaitMore(List.of(2, 3, 4, 5), ROUND);
      cluster.start();
      traffic.awaitMore(cluster.all(), ROUND);
      cluster.killAll();
      cluster.start();
      cluster.links().heal();
      traffic.awaitMore(cluster.all(), ROUND);
      traffic.endAndCheck();
    }
  }

  /**
   * Both sides of a cut and what comes after it.
   *
   * @param blind who gets no consistent read answered meanwhile
   */
  private static void assertExact(
      String name, Links.Fate fate, BiPredicate<Integer, Integer> cut, List<Integer> blind)
      throws Exception {
    try (var traffic = new Traffic(cluster, name).start(seed())) {
      traffic.awaitMore(cluster.all(), ROUND);
      cluster.links().set(ACTORS, fate, cut);
      traffic.awaitMore(cluster.all(), ROUND);
      Cluster.atOnce(blind, id -> assertThat(cluster.read(id, name)).as("at %d", id).isEmpty());
      if (blind.isEmpty()) {
        cluster.awaitReadable(cluster.all());
      }
      cluster.links().heal();
      cluster.awaitReadable(cluster.all());
      traffic.awaitMore(cluster.all(), ROUND);
      traffic.endAndCheck();
    }
    cluster.awaitKnown(name, cluster.read(1, name).orElseThrow());
  }

  private static boolean isBetweenHalves(int from, int to) {
    return from <= 2 != to <= 2;
  }

  private static long seed() {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    return seed;
  }
}
