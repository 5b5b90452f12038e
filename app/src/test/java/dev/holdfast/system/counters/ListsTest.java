package dev.holdfast.system.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Links;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists that change while links are cut, with actors that may reach each other over HTTP alone. */
class ListsTest {
  private static final int ACTORS = 6;
  private static final List<Integer> THREE = List.of(1, 2, 3);
  private static final List<Integer> FOUR = List.of(1, 2, 3, 4);

  @TempDir private static Path directory;
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster =
        Cluster.behindProxies(
            directory, List.of(List.of(1, 2, 3, 5, 6), List.of(4)), "--read-deadline-ms=1000");
    cluster.start();
  }

  @AfterAll
  static void end() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  @BeforeEach
  void listThree() throws Exception {
    cluster.links().heal();
    cluster.start();
    cluster.assertConfigured(1, THREE);
    cluster.awaitReadable(THREE);
  }

  /** Each side of a cut gets a list of its own, and after the heal both are in force. */
  @Test
  void listsPostedOnBothSidesOfACut_areUnited() throws Exception {
    cluster.assertConfigured(1, FOUR);
    cluster.awaitReadable(FOUR);
    cluster.links().set(ACTORS, new Links.Fate.Silent(), ListsTest::isBetweenSides);
    cluster.assertConfigured(1, List.of(1, 2, 3, 4, 5));
    cluster.assertConfigured(3, List.of(1, 2, 3, 4, 6));
    for (int id : cluster.all()) {
      cluster.count(id, "sides", "1");
    }

    cluster.links().heal();

    for (int id : cluster.all()) {
      Await.until("all six are counted at " + id, () -> cluster.awaitRead(id, "sides").equals("6"));
    }
    cluster.awaitKnown("sides", "6");
  }

  /** Actors 1, 2 and 5 are on one side, 3, 4 and 6 on the other. */
  private static boolean isBetweenSides(int from, int to) {
    var one = List.of(1, 2, 5);
    return one.contains(from) != one.contains(to);
  }

  /** It grows and shrinks under traffic, while links are cut. */
  @Test
  void configurationGrowsAndShrinks_underTraffic() throws Exception {
    long seed = seed();
    try (var traffic = new Traffic(cluster, "grows").start(seed, THREE)) {
      traffic.awaitMore(THREE, 5);
      cluster.assertConfigured(2, FOUR);
      traffic.start(seed + 1, List.of(4)); // what it counts before it is listed, nobody reads
      traffic.awaitMore(FOUR, 5);
      cluster.links().set(ACTORS, new Links.Fate.Silent(), (from, to) -> from == 1 || to == 1);
      cluster.assertConfigured(2, THREE);
      traffic.awaitMore(THREE, 5);
      cluster.links().heal();
      cluster.awaitReadable(1);
      cluster.assertConfigured(3, FOUR);
      traffic.awaitMore(FOUR, 5);
      traffic.endAndCheck(FOUR);
    }
    assertThat(cluster.unconfirmed(1)).isEmpty();
  }

  /** It is killed with counts that only it knows, and brings them when it is back. */
  @Test
  void killedActor_isDropped_andHandsOverWhenItIsBack_andIsListedAgain() throws Exception {
    cluster.assertConfigured(1, FOUR);
    cluster.awaitReadable(4);
    try (var traffic = new Traffic(cluster, "killed").start(seed(), THREE)) {
      traffic.awaitMore(THREE, 5);
      cluster.links().set(ACTORS, new Links.Fate.Silent(), (from, to) -> from == 4 || to == 4);
      for (int i = 0; i < 5; i++) {
        assertThat(traffic.add(4)).isEqualTo(Traffic.Outcome.COUNTED);
      }
      cluster.process(4).kill();
      cluster.links().heal();

      cluster.assertConfigured(2, THREE);

      for (int id : THREE) {
        assertThat(cluster.unconfirmed(id)).containsExactly(cluster.address(4));
      }
      traffic.awaitMore(THREE, 5);
      cluster.start();
      for (int id : THREE) {
        Await.until("it has handed over", () -> cluster.unconfirmed(id).isEmpty());
        traffic.read(id);
      }
      assertThat(traffic.add(4)).isEqualTo(Traffic.Outcome.REFUSED);

      cluster.assertConfigured(3, FOUR);

      Await.until("it counts again", () -> traffic.add(4) == Traffic.Outcome.COUNTED);
      traffic.endAndCheck(FOUR);
    }
  }

  private static long seed() {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    return seed;
  }
}
