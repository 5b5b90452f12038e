package dev.holdfast.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.ForwardingFile;
import dev.holdfast.disk.FullDisk;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.disk.NewFile;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.testkit.Await;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes for which there is no room: our bounds, and the end of the disk. */
class FullDiskTest {
  @TempDir private Path directory;
  private ServiceFixture f;

  @BeforeEach
  void start() throws Exception {
    f = new ServiceFixture(directory, Mode.BEHIND);
  }

  @AfterEach
  void stop() throws Exception {
    f.close();
  }

  @Test
  void writeBeyondTheRoom_isRefused_andWhatIsPendingStays() throws Exception {
    f.close();
    var two = ServiceFixture.SMALL.withPendingCountMax(2).withRoomWaitMs(50);
    f = new ServiceFixture(directory, ServiceFixture.config(Mode.BEHIND), two);
    f.server.troubles().start(Trouble.ANSWER_429);
    f.put("a", "body");
    f.put("b", "body");
    assertThat(f.delete("c")).isInstanceOf(WriteOutcome.NoRoom.class);
    assertThat(f.read("a")).isEqualTo("body");
    f.server.troubles().stopAll();
    awaitSettled();
    assertThat(f.delete("c")).isInstanceOf(WriteOutcome.Done.class);
    awaitSettled();
  }

  @Test
  void writeBeyondTheRoom_waitsForIt() throws Exception {
    f.close();
    var one = ServiceFixture.SMALL.withPendingCountMax(1).withRoomWaitMs(60_000);
    f = new ServiceFixture(directory, ServiceFixture.config(Mode.BEHIND), one);
    f.server.troubles().start(Trouble.HANG);
    f.put("a", "body");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<WriteOutcome> second = threads.submit(() -> f.put("b", "body"));
      Await.until("the first is being sent", () -> f.server.troubles().held() == 1);
      assertThat(second.isDone()).isFalse();
      f.server.troubles().stopAll();
      assertThat(second.get()).isInstanceOf(WriteOutcome.Done.class);
    }
    awaitSettled();
  }

  @Test
  void writesOfAnEarlierProcess_settle_thoughTheDiskIsNearlyFull() throws Exception {
    f.server.troubles().start(Trouble.ANSWER_429);
    f.put("a", "body");
    f.stopService();
    f.server.troubles().stopAll();
    f.limits = ServiceFixture.SMALL.withDiskFreeBytesMin(Long.MAX_VALUE / 2);
    f.startService();
    assertThat(f.put("b", "refused")).isInstanceOf(WriteOutcome.NoRoom.class);
    awaitSettled();
    assertThat(f.atOrigin("a")).isEqualTo("body");
  }

  @ParameterizedTest
  @ValueSource(strings = {"create", "rename", "force", "link"})
  void diskThatIsFull_isNoRoom_atWhicheverStepItShows(String step) throws Exception {
    var disk = new FullDisk(new LocalDisk());
    f.stopService();
    f.disk = disk;
    f.startService();
    f.put("a", "old");
    awaitSettled();
    disk.fullAt(step);
    // With a directory that cannot be forced, or a link that cannot be made, it is staged already.
    boolean staged = step.equals("force") || step.equals("link");
    assertThat(f.put("a", "new")).satisfies(written -> assertRefused(written, staged));
    // The log forces no directory, and renames nothing before the write is staged.
    WriteOutcome quick = f.putQuickly("a", "newer").join();
    if (step.equals("force")) {
      assertThat(quick).isInstanceOf(WriteOutcome.Done.class);
    } else {
      assertRefused(quick, !step.equals("create"));
    }
    disk.fullAt("nowhere");
    assertThat(f.put("b", "body")).isInstanceOf(WriteOutcome.Done.class);
    awaitSettled();
    assertThat(f.read("a")).isEqualTo(f.atOrigin("a")).isIn("old", "new", "newer");
  }

  @Test
  void processWithoutFileDescriptors_hasNoRoom_andTellsReadersToComeBack() throws Exception {
    var disk = new FullDisk(new LocalDisk());
    f.stopService();
    f.disk = disk;
    f.startService();
    Files.writeString(f.data.resolve("there"), "body");
    disk.saying("/volume/x: Too many open files");
    disk.fullAt("create");
    assertThat(f.put("a", "new")).isInstanceOf(WriteOutcome.NoRoom.class);
    assertThat(f.putQuickly("a", "new").join()).isInstanceOf(WriteOutcome.NoRoom.class);
    assertThat(f.delete("a")).isInstanceOf(WriteOutcome.NoRoom.class);
    assertThat(f.read("there")).isEqualTo("(unavailable)");
    disk.fullAt("nowhere");
    Await.until("it is read", () -> f.read("there").equals("body"));
    assertThat(f.put("a", "new")).isInstanceOf(WriteOutcome.Done.class);
    awaitSettled();
  }

  private static void assertRefused(WriteOutcome written, boolean staged) {
    if (staged) {
      assertThat(written)
          .isInstanceOfSatisfying(
              WriteOutcome.Unconfirmed.class, kept -> assertThat(kept.mayTakeEffect()).isTrue());
    } else {
      assertThat(written).isInstanceOf(WriteOutcome.NoRoom.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = "create")
  void deleteThatTheDiskRefuses_keepsNoRoom_andIsNotDoneLater(String step) throws Exception {
    f.put("a", "body");
    awaitSettled();
    var disk = new FullDisk(new LocalDisk());
    f.stopService();
    f.disk = disk;
    f.limits = ServiceFixture.SMALL.withPendingCountMax(2);
    f.startService();
    disk.fullAt(step);
    for (int i = 0; i < 3; i++) {
      assertThat(f.delete("a")).isInstanceOf(WriteOutcome.NoRoom.class);
      assertThat(f.deleteQuickly("a").join()).isInstanceOf(WriteOutcome.NoRoom.class);
    }
    disk.fullAt("nowhere");
    assertThat(f.put("b", "body")).isInstanceOf(WriteOutcome.Done.class);
    awaitSettled();
    f.stopService();
    f.startService();
    awaitSettled();
    assertThat(f.read("a")).isEqualTo(f.atOrigin("a")).isEqualTo("body");
  }

  @Test
  void fileThatDoesNotFitBesideOthers_isFetched_andTheOthersGo() throws Exception {
    var disk = new SmallDisk(new LocalDisk(), directory.resolve("volume"), 1_000_000);
    f.stopService();
    f.disk = disk;
    f.limits =
        ServiceFixture.SMALL
            .withPublishedBytesMax(1 << 30)
            .withPublishedFilesMax(100)
            .withColdBytesMax(1 << 30)
            .withColdFilesMax(100);
    f.startService();
    for (String name : List.of("a", "b", "c")) {
      Files.writeString(f.data.resolve(name), name.repeat(400_000));
    }
    for (String name : List.of("a", "b", "c", "a")) {
      assertThat(f.read(name)).isEqualTo(name.repeat(400_000));
    }
  }

  /** A disk of so many bytes for what is published and what comes in. */
  private static final class SmallDisk extends ForwardingDisk {
    private final Path volume;
    private final long capacity;

    SmallDisk(Disk disk, Path volume, long capacity) {
      super(disk);
      this.volume = volume;
      this.capacity = capacity;
    }

    @Override
    public long usableBytes(Path dir) throws IOException {
      long used = 0;
      for (String part :
          List.of("published/epoch", "published/epoch/.cold", "sidecar-1/incoming")) {
        try (var files = Files.list(volume.resolve(part))) {
          for (Path file : files.filter(Files::isRegularFile).toList()) {
            used += facts(file).map(FileFacts::size).orElse(0L);
          }
        }
      }
      return Math.max(0, capacity - used);
    }

    @Override
    public NewFile create(Path file) throws IOException {
      return new ForwardingFile(super.create(file)) {
        @Override
        public void write(ByteBuffer bytes) throws IOException {
          if (usableBytes(file) < bytes.remaining()) {
            throw new IOException("No space left on device");
          }
          super.write(bytes);
        }
      };
    }
  }

  private void awaitSettled() throws Exception {
    assertThat(f.files.awaitSettled(30_000)).isEmpty();
  }
}
