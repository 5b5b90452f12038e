package dev.holdfast.system.counters;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** As many actors as the evaluators run, in one cluster that goes through all of this. */
@Tag("alone")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwentyActorsTest {
  private static final int ACTORS = 20;
  private static final int READS_AT_ONCE = 64;

  @TempDir private static Path directory;
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = Cluster.direct(directory, ACTORS, "--read-deadline-ms=60000");
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
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var posted = new ArrayList<Future<?>>();
      for (int id : cluster.all()) {
        posted.add(
            threads.submit(
                () -> {
                  cluster.assertConfigured(id, cluster.all());
                  return null;
                }));
      }
      for (Future<?> one : posted) {
        one.get();
      }
    }
    for (int id : cluster.all()) {
      cluster.count(id, "posted", "1");
    }
    for (int id : cluster.all()) {
      cluster.awaitReadable(id);
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
}
