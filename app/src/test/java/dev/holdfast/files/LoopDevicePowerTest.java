package dev.holdfast.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.staging.Keeping;
import dev.holdfast.staging.StagingLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Power failures of real file systems. The data of the file server and the staging volume are ext4
 * on loop devices. A copy of the file behind such a device is what its disk has after a power
 * failure: what was forced is in it, and what was not is not. {@code make test-power} runs this, as
 * root.
 */
@Tag("power")
class LoopDevicePowerTest {
  private static final int FILES = 20;
  private static final int IMAGE_MB = 64;
  private static final StagingLimits LIMITS =
      ServiceFixture.SMALL
          .withIncomingBytesMax(1 << 24)
          .withPendingBytesMax(1 << 24)
          .withPendingCountMax(1_000)
          .withRoomWaitMs(1_000)
          .withPublishedBytesMax(1 << 24)
          .withPublishedFilesMax(1_000)
          .withColdBytesMax(1 << 24)
          .withColdFilesMax(1_000);
  private static final Keeping SHORT =
      Keeping.DEFAULT.withMs(2_000).withBytesMax(1 << 26).withCountMax(1_000);
  private static final Keeping LONG =
      Keeping.DEFAULT.withMs(600_000).withBytesMax(1 << 26).withCountMax(1_000);

  @TempDir private Path directory;
  private final List<Path> mounted = new ArrayList<>();
  private ServiceFixture f;

  @BeforeEach
  void mountBoth() throws Exception {
    Assumptions.assumeTrue(
        System.getProperty("user.name").equals("root"), "only root can mount: run it as root");
    for (String part : List.of("data", "volume")) {
      Files.createDirectory(directory.resolve(part));
      Path image = directory.resolve(part + ".img");
      run("truncate", "-s", IMAGE_MB + "M", image.toString());
      run("mkfs.ext4", "-q", "-F", image.toString());
      mount(image, part);
    }
  }

  @AfterEach
  void unmountBoth() throws Exception {
    if (f != null) {
      f.close();
    }
    for (Path point : List.copyOf(mounted)) {
      unmount(point);
    }
  }

  @Test
  void originLosesItsPower_afterItHasConfirmed() throws Exception {
    writeAndSettle(SHORT);
    Path crashed = crashImage("data");
    f.server.close();
    replace("data", crashed);
    assertThat(lostAtOrigin()).as("files that the power failure took").isPositive();
    f.startServer();
    assertThatAllIsRead();
    assertThat(f.files.awaitNothingKept(60_000)).isEmpty();
    assertThat(lostAtOrigin()).isZero();
    assertThatAllIsRead();
  }

  @Test
  void bothLoseTheirPower() throws Exception {
    writeAndSettle(LONG);
    Path volume = crashImage("volume");
    Path data = crashImage("data");
    f.server.close();
    f.stopService();
    replace("data", data);
    replace("volume", volume);
    assertThat(lostAtOrigin()).as("files that the power failure took").isPositive();
    f.startServer();
    f.boot = "another";
    f.startService();
    assertThatAllIsRead();
    assertThat(f.files.awaitSettled(60_000)).isEmpty();
    assertThat(lostAtOrigin()).isZero();
    assertThatAllIsRead();
  }

  private void writeAndSettle(Keeping keeping) throws Exception {
    f =
        new ServiceFixture(
            directory, ServiceFixture.config(Mode.BEHIND), LIMITS.withKeeping(keeping));
    f.put("deleted", "deleted since");
    for (int i = 0; i < FILES; i++) {
      assertThat(f.put("f" + i, content(i))).isInstanceOf(WriteOutcome.Done.class);
    }
    f.delete("deleted");
    assertThat(f.files.awaitSettled(60_000)).isEmpty();
  }

  private void assertThatAllIsRead() throws Exception {
    for (int i = 0; i < FILES; i++) {
      assertThat(f.read("f" + i)).isEqualTo(content(i));
    }
    assertThat(f.read("deleted")).isEqualTo("(absent)");
  }

  private int lostAtOrigin() throws IOException {
    int lost = 0;
    for (int i = 0; i < FILES; i++) {
      lost += f.atOrigin("f" + i).equals(content(i)) ? 0 : 1;
    }
    return lost;
  }

  private static String content(int i) {
    return ("the content of " + i + " ").repeat(100);
  }

  /** What the disk of a part has now, should its power fail. */
  private Path crashImage(String part) throws Exception {
    Path image = directory.resolve(part + ".crash");
    run("cp", directory.resolve(part + ".img").toString(), image.toString());
    return image;
  }

  private void replace(String part, Path image) throws Exception {
    unmount(directory.resolve(part));
    mount(image, part);
  }

  private void mount(Path image, String part) throws Exception {
    Path point = directory.resolve(part);
    run("mount", "-o", "loop", image.toString(), point.toString());
    mounted.add(point);
  }

  private void unmount(Path point) throws Exception {
    run("umount", point.toString());
    mounted.remove(point);
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
  }
}
