package dev.holdfast.system.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.Api;
import dev.holdfast.system.counters.Traffic.Outcome;
import dev.holdfast.testkit.Program;
import dev.holdfast.testkit.RawResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Actors of which one has a real file system of its own, which fails: an ext4 on a loop device.
 * {@code make test-power} runs this, as root.
 */
@Tag("power")
class LoopDeviceTest {
  private static final int FAILING = 2;
  private static final int DISK_MB = 16;

  /** Several blocks of a small disk. Increments that fit into the last block go on for so long. */
  private static final int ADDS_MAX = 400;

  @TempDir private Path directory;
  private final Deque<Path> mounted = new ArrayDeque<>();
  private Cluster cluster;

  @BeforeEach
  void make() throws Exception {
    Assumptions.assumeTrue(
        System.getProperty("user.name").equals("root"), "only root can mount: run it as root");
    cluster =
        Cluster.direct(
            directory, List.of(List.of(1, 3), List.of(FAILING)), "--read-deadline-ms=10000");
  }

  @AfterEach
  void unmount() throws Exception {
    if (cluster != null) {
      cluster.killAll();
      cluster.close();
    }
    while (!mounted.isEmpty()) {
      run("umount", mounted.pop());
    }
  }

  /** No block of the file system is free. */
  @Test
  void fullDisk_nothingIsCountedMeanwhile_andThenItGoesOn() throws Exception {
    mountDisk(directory);
    cluster.startAndConfigure();
    cluster.count(FAILING, "still", "5");
    try (var traffic = new Traffic(cluster, "full")) {
      addEverywhere(traffic);
      Path filler = fill(cluster.directory(FAILING));

      addUntilItFails(traffic);
      assertRefused(traffic);

      Files.delete(filler);
      assertGoesOn(traffic);
    }
  }

  /** The process ends while its disk is full. It does not start before there is room. */
  @Test
  void fullDisk_startIsRefused_andChangesNothing() throws Exception {
    mountDisk(directory);
    cluster.startAndConfigure();
    cluster.count(FAILING, "still", "5");
    try (var traffic = new Traffic(cluster, "start")) {
      addEverywhere(traffic);
      Path filler = fill(cluster.directory(FAILING));
      addUntilItFails(traffic);
      cluster.process(FAILING).kill();

      cluster.process(FAILING).start();
      assertThat(cluster.process(FAILING).awaitExit()).isNotZero();
      assertThat(cluster.process(FAILING).said()).contains("No space left on device");

      Files.delete(filler);
      cluster.start();
      assertGoesOn(traffic);
    }
  }

  /** Mounts a disk with all of its blocks as the directory of the actor. */
  private void mountDisk(Path place) throws Exception {
    Path fresh = directory.resolve("fresh.img");
    run("truncate", "-s", DISK_MB + "M", fresh);
    // A block is a page, so that none has something behind it just because its neighbour has.
    run("mkfs.ext4", "-q", "-F", "-m", "0", "-b", "4096", fresh);
    Path image = place.resolve("disk.img");
    run("cp", "--sparse=never", fresh, image);
    Path point = Files.createDirectories(cluster.directory(FAILING));
    run("mount", "-o", "loop", image, point);
    mounted.push(point);
  }

  /** Fills a file system to its last block. Returns the file that does. */
  private static Path fill(Path fileSystem) throws Exception {
    Path filler = fileSystem.resolve("filler");
    Program.Result result =
        Program.run(
            fileSystem.getParent(),
            Map.of(),
            List.of("dd", "if=/dev/zero", "of=" + filler, "bs=1k", "conv=fsync"));
    assertThat(result.output()).contains("No space left on device");
    return filler;
  }

  private void addEverywhere(Traffic traffic) throws Exception {
    for (int id : cluster.all()) {
      assertThat(traffic.add(id)).as(cluster.process(id)::said).isEqualTo(Outcome.COUNTED);
    }
  }

  /**
   * Counts until the disk takes nothing. The first increment that fails may be found by a start, so
   * nobody knows. A block that some file leaves meanwhile may take a few more.
   */
  private void addUntilItFails(Traffic traffic) throws Exception {
    var outcomes = new ArrayList<Outcome>();
    do {
      outcomes.add(traffic.add(FAILING));
    } while (outcomes.size() < ADDS_MAX && outcomes.getLast() != Outcome.REFUSED);
    assertThat(outcomes).contains(Outcome.UNKNOWN).endsWith(Outcome.REFUSED);
    assertThat(outcomes.indexOf(Outcome.REFUSED)).isGreaterThan(outcomes.indexOf(Outcome.UNKNOWN));
  }

  /** Surely nothing is counted there, and all the rest goes on. */
  private void assertRefused(Traffic traffic) throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(traffic.add(FAILING)).isEqualTo(Outcome.REFUSED);
    }
    RawResponse refused = cluster.actor(FAILING).post("/counter/still", "100");
    assertThat(Api.problem(refused, 503)).contains("the disk takes nothing");
    Api.only(refused, "Retry-After");
    for (int id : cluster.all()) {
      assertThat(cluster.awaitRead(id, "still")).isEqualTo("5");
      assertThat(cluster.value(id, "still")).isEqualTo("5");
      if (id != FAILING) {
        assertThat(traffic.add(id)).isEqualTo(Outcome.COUNTED);
      }
      traffic.read(id);
      traffic.know(id);
    }
  }

  /** It counts again, and after a kill and a start everything is there, once. */
  private void assertGoesOn(Traffic traffic) throws Exception {
    addEverywhere(traffic);
    cluster.count(FAILING, "still", "10");
    for (int id : cluster.all()) {
      traffic.read(id);
    }
    cluster.process(FAILING).kill();
    cluster.start();
    addEverywhere(traffic);
    traffic.endAndCheck();
    for (int id : cluster.all()) {
      assertThat(cluster.awaitRead(id, "still")).isEqualTo("15");
    }
  }

  private void run(Object... command) throws Exception {
    Program.Result result =
        Program.run(directory, Map.of(), Stream.of(command).map(Object::toString).toList());
    assertThat(result.code()).as(result.output()).isZero();
  }
}
