package dev.holdfast.files;

import static dev.holdfast.names.Names.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.ForwardingFile;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.disk.NewFile;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Faults;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads of what only the origin has. */
class FetchTest {
  private static final StagingLimits ONE_FILE =
      ServiceFixture.SMALL.withPendingCountMax(100).withPublishedFilesMax(1).withColdFilesMax(0);

  @TempDir private Path directory;
  private ServiceFixture f;

  @AfterEach
  void stop() throws Exception {
    f.close();
  }

  @Test
  void read_ofOneNameByMany_isOneRequest() throws Exception {
    f = new ServiceFixture(directory, Mode.BEHIND);
    Files.writeString(f.data.resolve("a"), "there");
    f.server.troubles().start(Trouble.HANG);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var reads = new ArrayList<Future<String>>();
      for (int i = 0; i < 50; i++) {
        reads.add(threads.submit(() -> f.read("a")));
      }
      Await.until("49 have joined", () -> f.count("holdfast.fetches.joined") == 49);
      f.server.troubles().stopAll();
      for (Future<String> read : reads) {
        assertThat(read.get()).isEqualTo("there");
      }
    }
    assertThat(f.server.gets("a")).isEqualTo(1);
  }

  /** The kernel tells of a write that came too late to the disk only who forces the file. */
  @Test
  void fetchedFile_thatTheDiskDidNotTake_isNotShown() throws Exception {
    f = new ServiceFixture(directory, Mode.BEHIND);
    var broken = new AtomicBoolean();
    f.stopService();
    f.disk =
        new ForwardingDisk(new LocalDisk()) {
          @Override
          public NewFile create(Path file) throws IOException {
            return new ForwardingFile(super.create(file)) {
              @Override
              public void force() throws IOException {
                if (broken.get() && file.getParent().endsWith("incoming")) {
                  throw new IOException("Input/output error");
                }
                super.force();
              }
            };
          }
        };
    f.startService();
    broken.set(true);
    Files.writeString(f.data.resolve("a"), "there");
    assertThatThrownBy(() -> f.read("a")).isInstanceOf(IOException.class);
    assertThat(directory.resolve("volume/published/epoch/a")).doesNotExist();

    broken.set(false);
    assertThat(f.read("a")).isEqualTo("there");
  }

  @Test
  void read_afterAnError_doesNotMakeTheNameAbsent() throws Exception {
    f = new ServiceFixture(directory, Mode.BEHIND);
    Files.writeString(f.data.resolve("a"), "there");
    f.server.troubles().start(Trouble.ANSWER_500);
    assertThat(f.read("a")).isEqualTo("(nonsense)");
    f.server.troubles().stopAll();
    f.restartServiceWithLittlePatience();
    f.server.troubles().start(Trouble.ANSWER_429);
    assertThat(f.read("a")).isEqualTo("(unavailable)");
    f.server.troubles().stopAll();
    Await.until("it is read", () -> f.read("a").equals("there"));
  }

  @Test
  void read_whileTheOriginHangs_isAnsweredInTime_andTheFetchIsNotWasted() throws Exception {
    f = new ServiceFixture(directory, Mode.BEHIND);
    Files.writeString(f.data.resolve("a"), "there");
    f.restartServiceWithLittlePatience();
    f.server.troubles().start(Trouble.HANG);
    assertThat(f.read("a")).isEqualTo("(unavailable)");
    f.server.troubles().stopAll();
    Await.until("the fetch has come to its end", () -> f.read("a").equals("there"));
    assertThat(f.server.gets("a")).isEqualTo(1);
  }

  @Test
  void read_ofATruncatedAnswer_showsNothingOfIt() throws Exception {
    f = new ServiceFixture(directory, Mode.BEHIND);
    Files.writeString(f.data.resolve("a"), "x".repeat(200_000));
    f.restartServiceWithLittlePatience();
    f.server.troubles().start(Trouble.CUT_DOWNLOADS);
    assertThat(f.read("a")).isEqualTo("(unavailable)");
    assertThat(f.store.published(stored("a"))).isEmpty();
    f.server.troubles().stopAll();
    Await.until("it is read whole", () -> f.read("a").length() == 200_000);
  }

  /** The file server announces the length of a short answer, and counts the error text, too. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 252, 2_000, 200_000})
  void read_ofAnAnswerThatEndsWithAnErrorText_isNotShown(int size) throws Exception {
    f = new ServiceFixture(directory, Mode.BEHIND);
    f.server.close();
    f.standIn = f.standIn.withFaults(Faults.real().withSendErrors(1000, 0, 1));
    f.startServer();
    Files.writeString(f.data.resolve("a"), "x".repeat(size));
    assertThat(f.read("a")).isEqualTo("(nonsense)");
    assertThat(f.store.published(stored("a"))).isEmpty();
  }

  @Test
  void read_ofAnEvictedFile_isCheckedAgainstWhatItWas() throws Exception {
    f = new ServiceFixture(directory, ServiceFixture.config(Mode.THROUGH), ONE_FILE);
    f.put("a", "as written");
    f.put("b", "evicts a");
    assertThat(f.store.published(stored("a"))).isEmpty();
    Files.writeString(f.data.resolve("a"), "as changed by somebody else");
    assertThat(f.read("a")).isEqualTo("as changed by somebody else");
    assertThat(f.server.gets("a")).as("asked twice before it is believed").isEqualTo(2);
  }

  @Test
  void read_ofAnEvictedFile_thatIsUnchanged_isOneRequest() throws Exception {
    f = new ServiceFixture(directory, ServiceFixture.config(Mode.THROUGH), ONE_FILE);
    f.put("a", "as written");
    f.put("b", "evicts a");
    assertThat(f.read("a")).isEqualTo("as written");
    assertThat(f.server.gets("a")).isEqualTo(1);
  }

  @Test
  void write_whileAFetchRuns_wins() throws Exception {
    f = new ServiceFixture(directory, Mode.BEHIND);
    Files.writeString(f.data.resolve("a"), "old");
    f.server.troubles().start(Trouble.HANG);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> read = threads.submit(() -> f.read("a"));
      Await.until("the fetch is at the origin", () -> f.server.troubles().held() == 1);
      assertThat(f.put("a", "new")).isInstanceOf(WriteOutcome.Done.class);
      assertThat(f.read("a")).isEqualTo("new");
      f.server.troubles().stopAll();
      assertThat(read.get()).isEqualTo("new");
    }
    assertThat(f.read("a")).isEqualTo("new");
    Await.until("it is settled", () -> f.store.allPending().isEmpty());
    assertThat(f.atOrigin("a")).isEqualTo("new");
  }

  @Test
  void delete_whileAFetchRuns_wins() throws Exception {
    f = new ServiceFixture(directory, Mode.BEHIND);
    Files.writeString(f.data.resolve("a"), "old");
    f.server.troubles().start(Trouble.HANG);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> read = threads.submit(() -> f.read("a"));
      Await.until("the fetch is at the origin", () -> f.server.troubles().held() == 1);
      f.delete("a");
      f.server.troubles().stopAll();
      assertThat(read.get()).isEqualTo("(absent)");
    }
    assertThat(f.read("a")).isEqualTo("(absent)");
    Await.until("it is settled", () -> f.store.allPending().isEmpty());
    assertThat(f.atOrigin("a")).isEqualTo("(absent)");
  }

  @Test
  void read_beyondTheBoundOfFetches_isRefusedAtOnce() throws Exception {
    var few =
        FilesConfig.DEFAULT
            .withMode(Mode.BEHIND)
            .withBodyBytesMax(1 << 20)
            .withAnswerWithinMs(20_000)
            .withFetchesMax(2)
            .withKnownEntriesMax(100)
            .withRetryFirstMs(5)
            .withRetryMaxMs(40)
            .withStopSettleMs(0);
    f = new ServiceFixture(directory, few, StagingLimits.DEFAULT);
    f.server.troubles().start(Trouble.HANG);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> one = threads.submit(() -> f.read("a"));
      Future<String> two = threads.submit(() -> f.read("b"));
      Await.until("two fetches run", () -> f.server.troubles().held() == 2);
      assertThat(f.read("c")).isEqualTo("(unavailable)");
      f.server.troubles().stopAll();
      assertThat(one.get()).isEqualTo("(absent)");
      assertThat(two.get()).isEqualTo("(absent)");
    }
  }

  @Test
  void absence_isBelievedForItsTime_andNoLonger() throws Exception {
    var brief =
        FilesConfig.DEFAULT
            .withMode(Mode.BEHIND)
            .withBodyBytesMax(1 << 20)
            .withAnswerWithinMs(60_000)
            .withFetchesMax(10)
            .withKnownEntriesMax(100)
            .withAbsentTtlMs(0)
            .withRetryFirstMs(5)
            .withRetryMaxMs(40)
            .withStopSettleMs(0);
    f = new ServiceFixture(directory, brief, StagingLimits.DEFAULT);
    assertThat(f.read("a")).isEqualTo("(absent)");
    Files.writeString(f.data.resolve("a"), "made by somebody else");
    assertThat(f.read("a")).isEqualTo("made by somebody else");
  }

  @Test
  void cleanFile_isFetchedAgain_afterItsTime() throws Exception {
    var brief =
        FilesConfig.DEFAULT
            .withMode(Mode.BEHIND)
            .withBodyBytesMax(1 << 20)
            .withAnswerWithinMs(60_000)
            .withFetchesMax(10)
            .withKnownEntriesMax(100)
            .withAbsentTtlMs(0)
            .withCleanTtlMs(50)
            .withRetryFirstMs(5)
            .withRetryMaxMs(40)
            .withStopSettleMs(0);
    f = new ServiceFixture(directory, brief, StagingLimits.DEFAULT);
    Files.writeString(f.data.resolve("a"), "first");
    assertThat(f.read("a")).isEqualTo("first");
    Files.writeString(f.data.resolve("a"), "changed by somebody else");
    Await.until("it is seen", () -> f.read("a").equals("changed by somebody else"));
  }
}
