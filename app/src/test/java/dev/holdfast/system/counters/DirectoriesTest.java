package dev.holdfast.system.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Program;
import dev.holdfast.testkit.RawResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fate of directories, with real processes, in one cluster that goes through all of this. */
class DirectoriesTest {
  private static final List<Integer> THREE = List.of(1, 2, 3);

  @TempDir private static Path directory;
  private static Cluster cluster;

  @BeforeAll
  static void make() throws Exception {
    cluster =
        Cluster.direct(
            directory, List.of(List.of(1, 3), List.of(2), List.of(4)), "--read-deadline-ms=1000");
  }

  @AfterAll
  static void end() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  /** Each test begins with three actors, whatever the one before it has left. */
  @BeforeEach
  void three() throws Exception {
    cluster.start(THREE);
    RawResponse answer =
        cluster
            .actor(1)
            .post(
                "/config",
                "{\"actors\": %s, \"forget\": %s}"
                    .formatted(cluster.list(THREE), cluster.list(cluster.all())));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    cluster.awaitReadable(THREE);
    assertThat(cluster.unconfirmed(1)).isEmpty();
  }

  /**
   * Without a shared file system a dead actor makes reads fail, with its address. Of a directory
   * that is lost, the others keep what they know, and count it once.
   */
  @Test
  void killedForGood_readsSayWho_thenLostDirectory_othersKeepWhatTheyKnow() throws Exception {
    cluster.count(2, "lost", "5");
    cluster.awaitKnown(THREE, "lost", "5");
    cluster.process(2).kill();
    RawResponse refused = cluster.actor(1).get("/counter/lost/consistent_value");
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.text()).contains(cluster.address(2));
    run("rm", "-r", cluster.directory(2));

    cluster.start(THREE);

    cluster.count(2, "lost", "1");
    assertThat(cluster.awaitRead(1, "lost")).isEqualTo("6");
    assertThat(cluster.unconfirmed(1)).as("the old actor").containsExactly(cluster.address(2));
  }

  /** A backup is older than what was acknowledged since; others complete it. */
  @Test
  void oldDirectory_nothingIsLostOrCountedTwice() throws Exception {
    cluster.count(2, "old", "5");
    cluster.process(2).kill();
    Path backup = directory.resolve("backup");
    run("cp", "-a", cluster.directory(2), backup);
    cluster.start(THREE);
    cluster.count(2, "old", "10");
    cluster.awaitKnown(THREE, "old", "15");
    cluster.process(2).kill();
    run("rm", "-r", cluster.directory(2));
    run("cp", "-a", backup, cluster.directory(2));

    cluster.start(THREE);

    cluster.count(2, "old", "100");
    assertThat(cluster.awaitRead(1, "old")).isEqualTo("115");
    cluster.awaitKnown(THREE, "old", "115");
  }

  /** Both go on, each with a slot of its own. */
  @Test
  void copiedDirectory_bothCount() throws Exception {
    cluster.count(2, "copied", "5");
    cluster.process(2).kill();
    run("cp", "-a", cluster.directory(2), cluster.directory(4));
    cluster.start();
    cluster.assertConfigured(1, cluster.all());
    cluster.count(2, "copied", "10");
    cluster.count(4, "copied", "100");
    for (int id : cluster.all()) {
      assertThat(cluster.awaitRead(id, "copied")).isEqualTo("115");
    }
    cluster.process(4).kill();
    run("rm", "-r", cluster.directory(4));
  }

  @Test
  void secondProcessOfAnId_ends_andTheFirstGoesOn() throws Exception {
    var elsewhere = new ActorClient(2, "127.0.0.9", FreePorts.one());
    Path place = cluster.directory(2).getParent();
    try (var second = new ActorProcess(List.of(), List.of(elsewhere), place, List.of())) {
      second.start();
      assertThat(second.awaitExit()).isNotZero();
      assertThat(second.said()).contains(" belongs to a process that runs");
    }
    cluster.count(2, "second", "5");
    assertThat(cluster.awaitRead(1, "second")).isEqualTo("5");
  }

  private static void run(Object... command) throws Exception {
    Program.Result result =
        Program.run(directory, Map.of(), Stream.of(command).map(Object::toString).toList());
    assertThat(result.code()).as(result.output()).isZero();
  }
}
