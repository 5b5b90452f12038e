package dev.holdfast.system.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Twenty actors, each in a network namespace of its own, with all directories on one file system,
 * as the evaluators run them. {@code make test-counters-net} runs this, as root.
 */
@Tag("net")
class NamespacesTest {
  private static final int ACTORS = Integer.getInteger("holdfast.actors", 20);
  private static final int ROUND = 2; // acknowledged increments of each actor, at least
  private static final int PORT = 7777;
  private static final int THIRD = 3; // it is killed, paused and taken off the network
  private static final List<Integer> OTHERS =
      IntStream.rangeClosed(1, ACTORS).filter(id -> id != THIRD).boxed().toList();
  private static final String DROP = "DROP";
  private static final String REJECT = "REJECT --reject-with tcp-reset -p tcp";
  private static final String UNREACHABLE = "REJECT --reject-with icmp-host-unreachable";

  @TempDir private static Path directory;
  private static Namespaces net;
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    Assumptions.assumeTrue(
        System.getProperty("user.name").equals("root"), "only root can make namespaces");
    Assumptions.assumeTrue(
        Program.find("ip").isPresent() && Program.find("iptables").isPresent(),
        "ip or iptables is missing");
    net = Namespaces.make(directory, ACTORS);
    cluster =
        Cluster.inNamespaces(
            directory, ACTORS, PORT, "--shared-directories=true", "--read-deadline-ms=2000");
    cluster.startAndConfigure();
  }

  @AfterAll
  static void end() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
    if (net != null) {
      net.close();
    }
  }

  @AfterEach
  void heal() throws Exception {
    net.heal();
    cluster.start();
    cluster.awaitReadable(cluster.all());
  }

  @Test
  void halves_dropped() throws Exception {
    assertExact("dropped", DROP, NamespacesTest::isBetweenHalves, 1);
  }

  @Test
  void halves_rejected() throws Exception {
    assertExact("rejected", REJECT, NamespacesTest::isBetweenHalves, ACTORS);
  }

  @Test
  void oneAlone() throws Exception {
    assertExact("alone", DROP, (from, to) -> from == 2 || to == 2, 2);
  }

  /** Its firewall refuses, as if nobody listened. But it lives, and has its directory locked. */
  @Test
  void oneAlone_rejected() throws Exception {
    assertExact("refused", REJECT, (from, to) -> from == 2 || to == 2, 1);
  }

  @Test
  void oneAlone_unreachable() throws Exception {
    assertExact("unreachable", UNREACHABLE, (from, to) -> from == 2 || to == 2, 1);
  }

  @Test
  void oneThatOnlyHears() throws Exception {
    assertExact("hears", DROP, (from, _) -> from == 2, 2);
  }

  /** Its incoming packets are dropped: what it asks arrives, on old connections, and no answer. */
  @Test
  void oneThatOnlySpeaks() throws Exception {
    assertExact("speaks", DROP, (_, to) -> to == 2, 2);
  }

  /** Both halves reach each other over the first actor alone. */
  @Test
  void bridge_readsAreAnswered() throws Exception {
    assertExact("bridge", DROP, (from, to) -> isBetweenHalves(from, to) && from != 1 && to != 1, 0);
  }

  /** Everybody reaches the two next to it alone, so most need two steps or more. */
  @Test
  void ring() throws Exception {
    assertExact(
        "ring",
        DROP,
        (from, to) -> {
          int steps = Math.floorMod(from - to, ACTORS);
          return steps != 1 && steps != ACTORS - 1;
        },
        ACTORS > 5 ? 3 : 0);
  }

  @Test
  void oneDirectionBetweenTwo_readsAreAnswered() throws Exception {
    assertExact("direction", DROP, (from, to) -> from == 1 && to == 2, 0);
  }

  @Test
  void interfaceDown() throws Exception {
    try (var traffic = new Traffic(cluster, "down").start(seed(), OTHERS)) {
      addEverywhere(traffic);
      net.down(THIRD);
      traffic.awaitMore(OTHERS, ROUND);
      assertThat(cluster.read(1, "down")).isEmpty();
      net.heal();
      addEverywhere(traffic);
      traffic.endAndCheck();
    }
  }

  /** It stands still, and so it answers nobody, and keeps its directory. */
  @Test
  void onePaused() throws Exception {
    try (var traffic = new Traffic(cluster, "paused").start(seed(), OTHERS)) {
      addEverywhere(traffic);
      cluster.process(THIRD).pause();
      traffic.awaitMore(OTHERS, ROUND);
      assertThat(cluster.read(1, "paused")).isEmpty();
      cluster.process(THIRD).resume();
      addEverywhere(traffic);
      traffic.endAndCheck();
    }
  }

  /**
   * It counts where nobody hears of it, and is killed. As long as it only seems to be dead, reads
   * are refused. Then they take what it has left.
   */
  @Test
  void oneKilledForGood_afterItHasCountedAlone() throws Exception {
    try (var traffic = new Traffic(cluster, "dead").start(seed(), OTHERS)) {
      addEverywhere(traffic);
      net.cut(DROP, (from, to) -> from == THIRD || to == THIRD);
      for (int i = 0; i < ROUND; i++) {
        assertThat(traffic.add(THIRD)).isEqualTo(Traffic.Outcome.COUNTED);
      }
      assertThat(cluster.read(1, "dead")).isEmpty();
      cluster.process(THIRD).kill();
      assertThat(cluster.read(1, "dead")).as("nobody says that nobody listens").isEmpty();
      net.heal();
      for (int id : OTHERS) {
        cluster.awaitReadable(id);
        traffic.read(id);
      }
      traffic.awaitMore(OTHERS, ROUND);
      cluster.start();
      addEverywhere(traffic);
      traffic.endAndCheck();
    }
  }

  @Test
  void oneKilled_andStarted_whileHalvesAreCut() throws Exception {
    try (var traffic = new Traffic(cluster, "half").start(seed(), OTHERS)) {
      addEverywhere(traffic);
      net.cut(DROP, NamespacesTest::isBetweenHalves);
      traffic.awaitMore(OTHERS, ROUND);
      cluster.process(THIRD).kill();
      traffic.awaitMore(OTHERS, ROUND);
      cluster.start();
      addEverywhere(traffic);
      net.heal();
      addEverywhere(traffic);
      traffic.endAndCheck();
    }
  }

  /** Nobody posts the configuration again. */
  @Test
  void allKilledAtOnce_countOnce() throws Exception {
    try (var traffic = new Traffic(cluster, "killed").start(seed())) {
      traffic.awaitMore(cluster.all(), ROUND);
      cluster.killAll();
      cluster.start();
      traffic.awaitMore(cluster.all(), ROUND);
      traffic.endAndCheck();
    }
  }

  private static void assertExact(
      String name, String verdict, BiPredicate<Integer, Integer> cut, int blind) throws Exception {
    try (var traffic = new Traffic(cluster, name).start(seed())) {
      traffic.awaitMore(cluster.all(), ROUND);
      net.cut(verdict, cut);
      traffic.awaitMore(cluster.all(), ROUND);
      if (blind > 0) {
        assertThat(cluster.read(blind, name)).isEmpty();
      } else {
        cluster.awaitReadable(1);
        cluster.awaitReadable(2);
        cluster.awaitReadable(ACTORS);
      }
      net.heal();
      cluster.awaitReadable(cluster.all());
      traffic.awaitMore(cluster.all(), ROUND);
      traffic.endAndCheck();
    }
    cluster.awaitKnown(name, cluster.read(1, name).orElseThrow());
  }

  private static void addEverywhere(Traffic traffic) throws IOException {
    for (int id : cluster.all()) {
      assertThat(traffic.add(id)).isEqualTo(Traffic.Outcome.COUNTED);
    }
  }

  private static long seed() {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    return seed;
  }

  private static boolean isBetweenHalves(int from, int to) {
    return from <= ACTORS / 2 != to <= ACTORS / 2;
  }
}
