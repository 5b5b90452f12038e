package dev.holdfast.system.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Effort;
import dev.holdfast.testkit.Links;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * As many actors as the evaluators run, which proxies cut from each other. All cuts have the same
 * processes. In the long form each actor has a process of its own, and they are cut, killed and
 * paused at random for long. In the short form five actors share a process: twenty JVMs that have
 * just started mostly compile.
 */
@Tag("long")
class TwentyCutTest {
  private static final int ACTORS = 20;
  private static final int BRIDGE = 3;
  private static final List<List<Integer>> PROCESSES =
      Cluster.groups(ACTORS, Effort.isLong() ? 1 : 5);
  private static final int ROUND = 2; // acknowledged increments of each busy actor, at least
  private static final Links.Fate SILENT = new Links.Fate.Silent();

  /** They have clients all the time. All others count now and then. */
  private static final List<Integer> BUSY = List.of(1, 20);

  @TempDir private static Path directory;
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = Cluster.behindProxies(directory, PROCESSES, "--read-deadline-ms=1000");
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
    assertExact("halves", SILENT, TwentyCutTest::isBetweenHalves, List.of(1, ACTORS), List.of());
  }

  @Test
  void oneAlone() throws Exception {
    assertExact(
        "alone",
        new Links.Fate.Reset(),
        (from, to) -> from == 7 || to == 7,
        List.of(1, 7),
        List.of());
  }

  /** Both halves reach each other over the third actor alone, which brings news across. */
  @Test
  void bridge() throws Exception {
    assertExact("bridge", SILENT, TwentyCutTest::isCutBesideTheBridge, List.of(), cluster.all());
    cluster.links().set(ACTORS, SILENT, TwentyCutTest::isCutBesideTheBridge);
    cluster.count(1, "across", "5");
    cluster.count(ACTORS, "across", "10");
    cluster.awaitKnown("across", "15");
  }

  /** Everybody reaches the two next to it alone, and news go all the way round. */
  @Test
  void ring() throws Exception {
    assertExact("ring", SILENT, TwentyCutTest::areFarOnTheRing, List.of(1, 11), List.of());
    cluster.links().set(ACTORS, SILENT, TwentyCutTest::areFarOnTheRing);
    cluster.count(4, "round", "5");
    cluster.count(14, "round", "10");
    cluster.awaitKnown("round", "15");
  }

  @Test
  void oneDirectionBetweenTwo_readsAreAnswered() throws Exception {
    assertExact("direction", SILENT, (from, to) -> from == 1 && to == 2, List.of(), cluster.all());
  }

  /** The first half speaks and gets no answer, and the second half hears and cannot answer. */
  @Test
  void oneDirectionBetweenHalves() throws Exception {
    assertExact(
        "directions",
        SILENT,
        (from, to) -> isBetweenHalves(from, to) && from > ACTORS / 2,
        List.of(1, ACTORS),
        List.of());
  }

  /** Each half drops an actor of the other one. After the heal both are in the list. */
  @Test
  void listsPostedOnBothSidesOfACut_areUnited() throws Exception {
    List<Integer> withoutLast = cluster.all().subList(0, ACTORS - 1);
    List<Integer> withoutFirst = cluster.all().subList(1, ACTORS);
    try (var traffic = new Traffic(cluster, "lists").start(seed(), BUSY)) {
      addEverywhere(traffic);
      cluster.links().set(ACTORS, SILENT, TwentyCutTest::isBetweenHalves);
      cluster.assertConfigured(1, withoutLast);
      cluster.assertConfigured(ACTORS, withoutFirst);
      addEverywhere(traffic);
      traffic.awaitMore(BUSY, ROUND);
      cluster.links().heal();
      addEverywhere(traffic);
      traffic.endAndCheck();
    }
    for (int id : cluster.all()) {
      assertThat(cluster.unconfirmed(id)).isEmpty();
    }
  }

  @Test
  void anyCuts_killsAndPauses() throws Exception {
    long seed = seed();
    var random = new Random(seed);
    int times = Effort.of(1, 30);
    for (int i = 0; i < times; i++) {
      disturb("any" + i, random);
      heal();
    }
  }

  /** Cuts any links, and meanwhile pauses one process and kills another one, or all. */
  private static void disturb(String name, Random random) throws Exception {
    List<Integer> busy = random.ints(4, 1, ACTORS + 1).distinct().boxed().toList();
    List<Integer> paused = PROCESSES.get(random.nextInt(PROCESSES.size()));
    try (var traffic = new Traffic(cluster, name).start(random.nextLong(), busy)) {
      addEverywhere(traffic);
      traffic.awaitMore(busy, ROUND);
      cluster.links().set(ACTORS, anyFate(random), anyLinks(random));
      cluster.process(paused.getFirst()).pause();
      List<Integer> others = busy.stream().filter(id -> !paused.contains(id)).toList();
      traffic.awaitMore(others, ROUND);
      if (random.nextInt(4) == 0) {
        cluster.killAll();
      } else {
        cluster.process(1 + random.nextInt(ACTORS)).kill();
      }
      if (cluster.process(paused.getFirst()).isAlive()) {
        cluster.process(paused.getFirst()).resume();
      }
      cluster.start();
      traffic.awaitMore(busy, ROUND);
      if (random.nextBoolean()) {
        cluster.links().set(ACTORS, anyFate(random), anyLinks(random));
        addEverywhere(traffic);
      }
      cluster.links().heal();
      addEverywhere(traffic);
      traffic.endAndCheck();
    }
    cluster.awaitKnown(name, cluster.awaitRead(busy.getFirst(), name));
  }

  private static Links.Fate anyFate(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> new Links.Fate.Reset();
      case 1 -> new Links.Fate.Late(Duration.ofMillis(1 + random.nextInt(300)));
      default -> SILENT;
    };
  }

  /** Few links or most of them, each direction by itself. */
  private static BiPredicate<Integer, Integer> anyLinks(Random random) {
    double share = random.nextDouble();
    List<Boolean> cut =
        IntStream.range(0, ACTORS * ACTORS).mapToObj(_ -> random.nextDouble() < share).toList();
    return (from, to) -> cut.get((from - 1) * ACTORS + to - 1);
  }

  /**
   * Both sides of a cut and what comes after it.
   *
   * @param blind some that get no consistent read answered meanwhile
   * @param seeing some that get one answered
   */
  private static void assertExact(
      String name,
      Links.Fate fate,
      BiPredicate<Integer, Integer> cut,
      List<Integer> blind,
      List<Integer> seeing)
      throws Exception {
    try (var traffic = new Traffic(cluster, name).start(seed(), BUSY)) {
      addEverywhere(traffic);
      cluster.links().set(ACTORS, fate, cut);
      addEverywhere(traffic);
      traffic.awaitMore(BUSY, ROUND);
      Cluster.atOnce(blind, id -> assertThat(cluster.read(id, name)).isEmpty());
      cluster.awaitReadable(seeing);
      Cluster.atOnce(seeing, traffic::read);
      cluster.links().heal();
      addEverywhere(traffic);
      traffic.endAndCheck();
    }
    cluster.awaitKnown(name, cluster.awaitRead(1, name));
  }

  private static void addEverywhere(Traffic traffic) throws IOException {
    for (int id : cluster.all()) {
      assertThat(traffic.add(id)).isEqualTo(Traffic.Outcome.COUNTED);
    }
  }

  private static boolean isBetweenHalves(int from, int to) {
    return from <= ACTORS / 2 != to <= ACTORS / 2;
  }

  private static boolean isCutBesideTheBridge(int from, int to) {
    return isBetweenHalves(from, to) && from != BRIDGE && to != BRIDGE;
  }

  private static boolean areFarOnTheRing(int from, int to) {
    int steps = Math.floorMod(from - to, ACTORS);
    return steps != 1 && steps != ACTORS - 1;
  }

  private static long seed() {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    return seed;
  }
}
