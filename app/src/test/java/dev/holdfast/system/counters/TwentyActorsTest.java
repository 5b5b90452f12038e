package dev.holdfast.system.counters;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.CounterHistory;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * As many actors as the evaluators run, in one cluster that goes through all of this. Five of them
 * share a process.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwentyActorsTest {
  private static final int ACTORS = 20;
  private static final int A_PROCESS = 5;
  private static final int FEWER = 8;
  private static final int READS_AT_ONCE = 64;
  private static final int ROUND = 4; // acknowledged increments of each busy actor, at least

  /** Of each process one actor has clients all the time, and of one process two. */
  private static final List<Integer> BUSY = List.of(1, 2, 10, 15, 20);

  @TempDir private static Path directory;
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster =
        Cluster.direct(directory, Cluster.groups(ACTORS, A_PROCESS), "--read-deadline-ms=60000");
    cluster.start();
  }

  @AfterAll
  static void end() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  @Order(1)
  void oneListPostedToAllAtOnce_isOneConfiguration() throws Exception {
    Cluster.atOnce(cluster.all(), id -> cluster.assertConfigured(id, cluster.all()));
    for (int id : cluster.all()) {
      cluster.count(id, "posted", "1");
    }
    cluster.awaitReadable(cluster.all());
    for (int id : cluster.all()) {
      assertThat(cluster.read(id, "posted")).contains("" + ACTORS);
    }
  }

  @Test
  @Order(2)
  void manyReadsAtAllOfThem_areAllAnswered() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<String>>();
      for (int id : cluster.all()) {
        for (int i = 0; i < READS_AT_ONCE; i++) {
          String name = "many" + i % 8;
          answers.add(threads.submit(() -> cluster.read(id, name).orElse("refused")));
        }
      }
      for (Future<String> answer : answers) {
        assertThat(answer.get()).isEqualTo("0");
      }
    }
  }

  /** Nobody posts the configuration again. */
  @Test
  @Order(3)
  void allKilledAtOnce_countOnce() throws Exception {
    try (var traffic = new Traffic(cluster, "killed").start(seed(), BUSY)) {
      addEverywhere(traffic);
      traffic.awaitMore(BUSY, ROUND);
      cluster.killAll();
      cluster.start();
      addEverywhere(traffic);
      traffic.awaitMore(BUSY, ROUND);
      traffic.endAndCheck();
    }
    Cluster.atOnce(
        cluster.all(), id -> assertThat(cluster.awaitRead(id, "posted")).isEqualTo("" + ACTORS));
  }

  /**
   * A smaller run finds the directories of this one, as the artifact has it. Reads count what its
   * actors know of those who are gone, and name them until they are forgotten.
   */
  @Test
  @Order(4)
  void allKilledForGood_andAListOfEight_readsNameTheOthers() throws Exception {
    cluster.count(ACTORS, "known", "5");
    for (int id : cluster.all().subList(0, FEWER)) {
      Await.until("it is on the disk of " + id, () -> isOnDisk(cluster.directory(id), "known"));
    }
    try (var traffic = new Traffic(cluster, "fewer").start(seed(), BUSY)) {
      addEverywhere(traffic);
      traffic.awaitMore(BUSY, ROUND);
      cluster.killAll();
      traffic.end();
      try (Cluster eight =
          cluster.again(
              Cluster.groups(FEWER, A_PROCESS),
              "--shared-directories=true",
              "--read-deadline-ms=60000")) {
        eight.start();
        assertOnlyEightAnswer(eight, traffic.history());
      }
    }
  }

  private static void addEverywhere(Traffic traffic) throws IOException {
    for (int id : cluster.all()) {
      assertThat(traffic.add(id)).isEqualTo(Traffic.Outcome.COUNTED);
    }
  }

  /** The logs have the names of counters as they are. */
  private static boolean isOnDisk(Path actor, String name) throws IOException {
    try (Stream<Path> files = Files.walk(actor).filter(Files::isRegularFile)) {
      for (Path file : files.toList()) {
        if (Files.readString(file, ISO_8859_1).contains(name)) {
          return true;
        }
      }
      return false;
    } catch (UncheckedIOException | NoSuchFileException replaced) {
      return false; // by another one, which the next look finds
    }
  }

  private static void assertOnlyEightAnswer(Cluster eight, CounterHistory history)
      throws Exception {
    eight.assertConfigured(1, eight.all());
    Set<String> gone =
        cluster.all().stream()
            .filter(id -> !eight.all().contains(id))
            .map(cluster::address)
            .collect(Collectors.toSet());
    for (int id : eight.all()) {
      assertThat(eight.awaitRead(id, "known")).isEqualTo("5");
      eight.count(id, "new", "1");
      CounterHistory.Op read = history.beginRead(eight.address(id));
      RawResponse answer = eight.actor(id).get("/counter/fewer/consistent_value");
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(Cluster.unconfirmed(answer)).isEqualTo(gone);
      history.read(read, new BigInteger(answer.text()), gone);
    }
    assertThat(history.check()).isEmpty();

    RawResponse forgotten =
        eight
            .actor(1)
            .post(
                "/config",
                "{\"actors\": %s, \"forget\": %s}"
                    .formatted(eight.list(eight.all()), cluster.list(cluster.all())));
    assertThat(forgotten.status()).as(forgotten.text()).isEqualTo(200);
    for (int id : eight.all()) {
      assertThat(eight.awaitRead(id, "new")).isEqualTo("" + FEWER);
      assertThat(eight.unconfirmed(id)).isEmpty();
    }
  }

  private static long seed() {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    return seed;
  }
}
