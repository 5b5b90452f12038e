package dev.holdfast.system.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Links;
import dev.holdfast.testkit.Program;
import dev.holdfast.testkit.RawResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of directories and of lists, with real processes. */
class DirectoriesTest {
  private static final String DEADLINE = "--read-deadline-ms=1000";

  @TempDir private Path directory;
  private Cluster cluster;

  @AfterEach
  void end() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  /** What the others know of a lost directory stays, and counts once. */
  @Test
  void lostDirectory_othersKeepWhatTheyKnow() throws Exception {
    startThree();
    cluster.count(2, "a", "5");
    cluster.awaitKnown("a", "5");
    cluster.actor(2).kill();
    run("rm", "-r", cluster.actor(2).directory());

    restart(2);

    cluster.count(2, "a", "1");
    cluster.awaitReadable(1);
    assertThat(cluster.read(1, "a")).contains("6");
    RawResponse answer = cluster.actor(1).get("/counter/a/consistent_value");
    assertThat(answer.headers("Counter-Unconfirmed")).as("the old actor").isNotEmpty();
  }

  /** A backup is older than what was acknowledged since; others complete it. */
  @Test
  void oldDirectory_nothingIsLostOrCountedTwice() throws Exception {
    startThree();
    cluster.count(2, "a", "5");
    cluster.actor(2).kill();
    Path backup = directory.resolve("backup");
    run("cp", "-a", cluster.actor(2).directory(), backup);
    restart(2);
    cluster.count(2, "a", "10");
    cluster.awaitKnown("a", "15");
    cluster.actor(2).kill();
    run("rm", "-r", cluster.actor(2).directory());
    run("cp", "-a", backup, cluster.actor(2).directory());

    restart(2);

    cluster.count(2, "a", "100");
    cluster.awaitReadable(1);
    assertThat(cluster.read(1, "a")).contains("115");
    cluster.awaitKnown("a", "115");
  }

  /** Both go on, each with a slot of its own. */
  @Test
  void copiedDirectory_bothCount() throws Exception {
    cluster = Cluster.direct(directory, 4, DEADLINE);
    for (int id = 1; id <= 3; id++) {
      cluster.actor(id).start();
    }
    for (int id = 1; id <= 3; id++) {
      cluster.actor(id).awaitUp();
    }
    cluster.assertConfigured(1, List.of(1, 2, 3));
    cluster.count(3, "a", "5");
    cluster.actor(3).kill();
    run("cp", "-a", cluster.actor(3).directory(), cluster.actor(4).directory());
    cluster.start();
    cluster.assertConfigured(1, cluster.all());
    cluster.count(3, "a", "10");
    cluster.count(4, "a", "100");
    for (int id : cluster.all()) {
      cluster.awaitReadable(id);
      assertThat(cluster.read(id, "a")).contains("115");
    }
  }

  /** Without a shared file system a dead actor makes reads fail, with its address. */
  @Test
  void killedForGood_readsSayWho_andWithSharedDirectoriesTheyAreAnswered() throws Exception {
    startThree();
    cluster.count(2, "a", "5");
    cluster.actor(2).kill();
    RawResponse refused = cluster.actor(1).get("/counter/a/consistent_value");
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.text()).contains(cluster.address(2));
    cluster.close();

    cluster = Cluster.direct(directory.resolve("shared"), 3, DEADLINE, "--shared-directories=true");
    cluster.startAndConfigure();
    cluster.count(2, "a", "5");
    cluster.actor(2).kill();
    cluster.awaitReadable(1);
    assertThat(cluster.read(1, "a")).contains("5");
    assertThat(cluster.read(3, "a")).contains("5");
  }

  @Test
  void secondProcessOfAnId_ends_andTheFirstGoesOn() throws Exception {
    startThree();
    try (var second =
        new ActorProcess(
            1, List.of(), "127.0.0.9", 7777, cluster.actor(1).directory().getParent(), List.of())) {
      second.start();
      assertThat(second.awaitExit()).isNotZero();
    }
    cluster.count(1, "a", "5");
    assertThat(cluster.read(2, "a")).contains("5");
  }

  /** Each side of a cut gets a list of its own, and after the heal both are in force. */
  @Test
  void listsPostedOnBothSidesOfACut_areUnited() throws Exception {
    cluster = Cluster.behindProxies(directory, 6, DEADLINE);
    cluster.start();
    cluster.assertConfigured(1, List.of(1, 2, 3, 4));
    for (int id = 1; id <= 4; id++) {
      cluster.awaitReadable(id);
    }
    cluster.links().set(6, new Links.Fate.Silent(), DirectoriesTest::isBetweenSides);
    cluster.assertConfigured(1, List.of(1, 2, 3, 4, 5));
    cluster.assertConfigured(3, List.of(1, 2, 3, 4, 6));
    for (int id : cluster.all()) {
      cluster.count(id, "a", "1");
    }

    cluster.links().heal();

    for (int id : cluster.all()) {
      Await.until(
          "all six are counted at " + id,
          () ->
              cluster.read(id, "a").isPresent() && cluster.read(id, "a").orElseThrow().equals("6"));
    }
    cluster.awaitKnown("a", "6");
  }

  /** Actors 1, 2 and 5 are on one side, 3, 4 and 6 on the other. */
  private static boolean isBetweenSides(int from, int to) {
    var one = List.of(1, 2, 5);
    return one.contains(from) != one.contains(to);
  }

  /** It grows and shrinks under traffic, while links are cut. */
  @Test
  void configurationGrowsAndShrinks_underTraffic() throws Exception {
    cluster = Cluster.behindProxies(directory, 4, DEADLINE);
    cluster.start();
    cluster.assertConfigured(1, List.of(1, 2, 3));
    cluster.awaitReadable(1);
    try (var traffic = new Traffic(cluster, "grows").start(1, List.of(1, 2, 3))) {
      traffic.awaitMore(List.of(1, 2, 3), 5);
      cluster.assertConfigured(2, cluster.all());
      traffic.start(2, List.of(4)); // what it counts before it is listed, nobody reads
      traffic.awaitMore(cluster.all(), 5);
      cluster.links().set(4, new Links.Fate.Silent(), (from, to) -> from == 1 || to == 1);
      cluster.assertConfigured(2, List.of(1, 2, 3));
      traffic.awaitMore(List.of(1, 2, 3), 5);
      cluster.links().heal();
      cluster.awaitReadable(1);
      cluster.assertConfigured(3, cluster.all());
      traffic.awaitMore(cluster.all(), 5);
      traffic.endAndCheck();
    }
  }

  private void startThree() throws Exception {
    cluster = Cluster.direct(directory, 3, DEADLINE);
    cluster.startAndConfigure();
  }

  private void restart(int id) throws Exception {
    cluster.actor(id).start();
    cluster.actor(id).awaitUp();
  }

  private void run(Object... command) throws Exception {
    Program.Result result =
        Program.run(directory, Map.of(), Stream.of(command).map(Object::toString).toList());
    assertThat(result.code()).as(result.output()).isZero();
  }
}
