package dev.holdfast.system.counters;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.disk.DirectoryLock;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Actors with their directories on one file system, and one of them is killed. */
class DeadProcessTest {
  @TempDir private Path directory;
  private Cluster cluster;

  @AfterEach
  void stop() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void killedActor_isReadFromItsDirectory_untilItIsBack() throws Exception {
    cluster =
        Cluster.direct(
            directory,
            List.of(List.of(1, 2), List.of(3)),
            "--shared-directories=true",
            "--read-deadline-ms=1000");
    cluster.startAndConfigure();
    for (int id : cluster.all()) {
      cluster.count(id, "x", "" + id);
    }

    cluster.process(3).kill();

    try (DirectoryLock lock = DirectoryLock.alone(cluster.directory(3), 0).orElseThrow()) {
      assertThat(lock).isNotNull();
      assertThat(cluster.read(1, "x")).as("it may live, and only seem not to listen").isEmpty();
    }
    assertThat(cluster.awaitRead(1, "x")).isEqualTo("6");
    cluster.count(2, "x", "10");
    assertThat(cluster.awaitRead(1, "x")).isEqualTo("16");
    assertThat(cluster.awaitRead(2, "x")).isEqualTo("16");
    assertThat(cluster.actor(1).get("/metrics").text())
        .doesNotContain("holdfast_counters_remains_total 0.0");

    cluster.start();

    JsonNode status = new ObjectMapper().readTree(cluster.actor(3).get("/status").text());
    assertThat(status.path("found").path("formerSlots").asInt()).isEqualTo(1);
    cluster.count(3, "x", "100");
    for (int id : cluster.all()) {
      assertThat(cluster.awaitRead(id, "x")).isEqualTo("116");
    }
  }
}
