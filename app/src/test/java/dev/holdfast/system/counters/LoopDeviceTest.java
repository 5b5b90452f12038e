package dev.holdfast.system.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.Api;
import dev.holdfast.system.counters.Traffic.Outcome;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Program;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.math.BigInteger;
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
  private static final int PAGE_KB = 4;

  /** Several blocks of a small disk. Increments that fit into the last block go on for so long. */
  private static final int ADDS_MAX = 400;

  /** Increments after a failed force. Some fit into what earlier files of the log have left. */
  private static final int ADDS_AFTER = 60;

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

  /**
   * The file system has free blocks, and nothing is behind them: the disk is thinly provisioned.
   * Writing succeeds, in the memory of the kernel, and forcing fails. A block that a file has left
   * may take increments all the same. So nothing is said of which are counted, but those are on the
   * disk, and those that are refused are not.
   */
  @Test
  void failingForce_theDiskHasAllThatIsCounted_andNothingThatIsRefused() throws Exception {
    Path thin = Files.createDirectory(directory.resolve("thin"));
    run("mount", "-t", "tmpfs", "-o", "size=" + 2 * DISK_MB + "m", "none", thin);
    mounted.push(thin);
    Path image = mountDisk(thin);
    cluster.startAndConfigure();
    try (var traffic = new Traffic(cluster, "force")) {
      addEverywhere(traffic);
      run("sync", "-f", cluster.directory(FAILING));
      List<Path> fillers = takeBackFreeBlocks(thin);
      List<Path> files = files();
      addUntilUnknown(traffic);
      deleteAll(fillers);
      addEverywhere(traffic);
      assertThat(files()).doesNotContainAnyElementsOf(files);

      fillers = takeBackFreeBlocks(thin);
      addUntilUnknown(traffic);
      fillers.addAll(takeBackFreeBlocks(thin));
      for (int i = 0; i < ADDS_AFTER; i++) {
        traffic.add(FAILING);
        traffic.know(FAILING);
      }
      for (int id : cluster.all()) {
        traffic.read(id);
      }
      cluster.killAll();

      // The disk as it would be if the power had failed now.
      Path copy = directory.resolve("copy.img");
      Await.until("the disk stands still while it is copied", () -> isCopied(image, copy));
      run("umount", mounted.pop());
      mount(copy);
      assertStartFindsWhatCounts(traffic);
      cluster.process(FAILING).kill();
      run("umount", mounted.pop());

      // The disk itself. The kernel has written the rest meanwhile, or has forgotten it.
      deleteAll(fillers);
      mount(image);
      assertStartFindsWhatCounts(traffic);
      cluster.start();
      addEverywhere(traffic);
      traffic.endAndCheck();
    }
  }

  private void addUntilUnknown(Traffic traffic) throws Exception {
    var outcomes = new ArrayList<Outcome>();
    do {
      outcomes.add(traffic.add(FAILING));
    } while (outcomes.size() < ADDS_MAX && outcomes.getLast() != Outcome.UNKNOWN);
    assertThat(outcomes).endsWith(Outcome.UNKNOWN);
  }

  /** Starts the failing actor while no other one runs, so that it knows its disk alone. */
  private void assertStartFindsWhatCounts(Traffic traffic) throws Exception {
    cluster.start(List.of(FAILING));
    var found = new BigInteger(cluster.value(FAILING, "force"));
    assertThat(traffic.history().checkKnown(cluster.address(FAILING), found)).isEmpty();
  }

  /** Mounts a disk with all of its blocks as the directory of the actor. Returns its image. */
  private Path mountDisk(Path place) throws Exception {
    Path fresh = directory.resolve("fresh.img");
    run("truncate", "-s", DISK_MB + "M", fresh);
    // A block is a page, so that none has something behind it just because its neighbour has.
    run("mkfs.ext4", "-q", "-F", "-m", "0", "-b", "4096", fresh);
    Path image = place.resolve("disk.img");
    run("cp", "--sparse=never", fresh, image);
    mount(image);
    return image;
  }

  /** Mounts a disk as the directory of the actor. */
  private void mount(Path image) throws Exception {
    Path point = Files.createDirectories(cluster.directory(FAILING));
    run("mount", "-o", "loop", image, point);
    mounted.push(point);
    writePagesAlone(point);
  }

  /**
   * Lets the loop device write one page at a time. Linux 6.18 reports a write as successful of
   * which the file behind the device has taken only the first pages.
   */
  private void writePagesAlone(Path point) throws Exception {
    String device = run("findmnt", "-n", "-o", "SOURCE", point).strip();
    Path queue = Path.of("/sys/block").resolve(Path.of(device).getFileName()).resolve("queue");
    Files.writeString(queue.resolve("max_sectors_kb"), Integer.toString(PAGE_KB));
  }

  /**
   * Takes what is behind the free blocks of the failing actor's disk, and gives it to files beside
   * its image, until there is nothing more. Returns these files.
   */
  private List<Path> takeBackFreeBlocks(Path thin) throws Exception {
    var fillers = new ArrayList<Path>();
    do {
      run("fstrim", cluster.directory(FAILING));
      fillers.add(fill(thin));
    } while (Files.size(fillers.getLast()) > 0);
    return fillers;
  }

  /**
   * Copies an image. Returns true if nothing was written to it from the copy's begin to its end.
   */
  private boolean isCopied(Path image, Path copy) throws Exception {
    run("cp", "--sparse=never", image, copy);
    return Files.mismatch(image, copy) == -1;
  }

  private static void deleteAll(List<Path> files) throws IOException {
    for (Path file : files) {
      Files.delete(file);
    }
  }

  /** Returns the files of the failing actor's own log. */
  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(cluster.directory(FAILING).resolve("own"))) {
      return files.toList();
    }
  }

  /** Fills a file system to its last block. Returns the file that does. */
  private static Path fill(Path fileSystem) throws Exception {
    Path filler = Files.createTempFile(fileSystem, "filler", "");
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

  private String run(Object... command) throws Exception {
    Program.Result result =
        Program.run(directory, Map.of(), Stream.of(command).map(Object::toString).toList());
    assertThat(result.code()).as(result.output()).isZero();
    return result.output();
  }
}
