package dev.holdfast.files;

import static dev.holdfast.names.Names.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.metrics.Meters;
import dev.holdfast.staging.Content;
import dev.holdfast.staging.ContentDigest;
import dev.holdfast.staging.Keeping;
import dev.holdfast.staging.Pending;
import dev.holdfast.staging.Spool;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.staging.StagingStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What reads are shown when the disk fails in the middle of a write. */
final class ShelfTest {
  @TempDir Path directory;
  private final AtomicBoolean failing = new AtomicBoolean();
  private final AtomicInteger directoriesOpened = new AtomicInteger();
  private StagingStore store;
  private Index index;
  private Shelf shelf;

  @BeforeEach
  void open() throws IOException {
    open(StagingLimits.DEFAULT);
  }

  private void open(StagingLimits limits) throws IOException {
    store =
        StagingStore.open(
            disk(),
            directory,
            "sidecar-1",
            limits,
            InstantSource.system(),
            new Meters(new SimpleMeterRegistry()),
            "epoch",
            "boot",
            name -> true);
    index = new Index(100, Duration.ofMinutes(1));
    shelf = new Shelf(store, index, true);
  }

  @AfterEach
  void close() throws IOException {
    index.close();
    store.close();
  }

  @Test
  void settled_ofAPutThatCouldNotBeForced() throws Exception {
    putAndSettle("old");
    Spool spool = spool("the new one");
    Content content = spool.finishForced();

    failing.set(true);
    assertThatThrownBy(() -> store.stagePut(stored("a"), spool)).isInstanceOf(IOException.class);
    failing.set(false);
    assertThat(shelf.settled(store.pending(stored("a")).orElseThrow())).isTrue();

    assertThat(shelf.look(stored("a"))).contains(new ReadOutcome.Here(content, false));
    assertThat(store.allPending()).isEmpty();
  }

  @Test
  void settled_ofADeleteThatCouldNotBeForced() throws Exception {
    putAndSettle("old");

    failing.set(true);
    assertThatThrownBy(() -> store.stageDelete(stored("a"), store.reserveDelete()))
        .isInstanceOf(IOException.class);
    failing.set(false);
    assertThat(shelf.settled(store.pending(stored("a")).orElseThrow())).isTrue();

    assertThat(shelf.look(stored("a"))).contains(new ReadOutcome.Absent(false));
    assertThat(store.allPending()).isEmpty();
  }

  /** Another file goes cold for it, and is brought back in its turn. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void coldFile_isBroughtBack_andTheBudgetHolds(boolean isUnderTheLock) throws Exception {
    close();
    open(StagingLimits.DEFAULT.withPublishedFilesMax(1).withKeeping(Keeping.OFF));
    Content a = putAndSettle("a", "of a");
    Content b = putAndSettle("b", "of b");
    assertThat(store.isCold(stored("a"))).isTrue();

    assertThat(look("a", isUnderTheLock)).contains(new ReadOutcome.Here(a, false));
    assertThat(store.published(stored("a"))).contains(a);
    assertThat(store.isCold(stored("b"))).isTrue();

    assertThat(look("b", isUnderTheLock)).contains(new ReadOutcome.Here(b, false));
    assertThat(store.isCold(stored("a"))).isTrue();
    assertThat(look("c", isUnderTheLock)).isEmpty();
  }

  @Test
  void absence_thatIsAskedForAgain_isLinked_untilTheIndexForgetsIt() throws Exception {
    var forgetful = new ForgetfulIndex();
    shelf = new Shelf(store, forgetful.index(), true);
    assertThat(shelf.fetchedAbsence(stored("a"))).isTrue();
    shelf.askedAbsent(stored("unknown"));
    shelf.askedAbsent(stored("unknown"));
    shelf.askedAbsent(stored("a"));
    assertThat(store.absences().names()).isEmpty();

    shelf.askedAbsent(stored("a"));
    assertThat(store.absences().names()).containsExactly(stored("a"));
    assertThat(shelf.look(stored("a"))).contains(new ReadOutcome.Absent(false));
    shelf.unlinkForgotten();
    assertThat(Files.isSymbolicLink(place("a"))).isTrue();

    forgetful.forget(stored("a"));
    shelf.unlinkForgotten();
    assertThat(Files.exists(place("a"), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void deletedFile_isLinked_untilItIsWritten() throws Exception {
    putAndSettle("old");
    Pending delete = store.stageDelete(stored("a"), store.reserveDelete());
    shelf.askedAbsent(stored("a"));
    shelf.reveal(delete);
    shelf.askedAbsent(stored("a"));
    shelf.askedAbsent(stored("a"));
    assertThat(Files.isSymbolicLink(place("a"))).isTrue();
    shelf.unlinkForgotten();
    assertThat(Files.isSymbolicLink(place("a"))).isTrue();

    Content content = putAndSettle("a", "new");
    shelf.askedAbsent(stored("a"));
    assertThat(Files.isSymbolicLink(place("a"))).isFalse();
    assertThat(shelf.look(stored("a"))).contains(new ReadOutcome.Here(content, false));
  }

  @Test
  void unlinkAll_leavesNone() throws Exception {
    for (String name : new String[] {"a", "b"}) {
      assertThat(shelf.fetchedAbsence(stored(name))).isTrue();
      shelf.askedAbsent(stored(name));
      shelf.askedAbsent(stored(name));
      assertThat(Files.isSymbolicLink(place(name))).isTrue();
    }
    shelf.unlinkAll();
    assertThat(Files.exists(place("a"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(Files.exists(place("b"), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void unlinkAll_isForGood() throws Exception {
    assertThat(shelf.fetchedAbsence(stored("a"))).isTrue();
    shelf.askedAbsent(stored("a"));
    shelf.unlinkAll();
    shelf.askedAbsent(stored("a"));
    assertThat(Files.exists(place("a"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(store.absences().names()).isEmpty();
  }

  /** Who was told of a file opens it when it has been deleted, and asked for by others. */
  @Test
  void open_ofALinkedName_leavesNothingOpen() throws Exception {
    assertThat(shelf.fetchedAbsence(stored("a"))).isTrue();
    shelf.askedAbsent(stored("a"));
    shelf.askedAbsent(stored("a"));
    assertThat(Files.isSymbolicLink(place("a"))).isTrue();
    assertThat(shelf.open(stored("a"))).isEmpty();
    assertThat(directoriesOpened).hasValue(0);
  }

  @Test
  void absence_isNotLinked_whereTheyAreNotBelievedForLong() throws Exception {
    shelf = new Shelf(store, index, false);
    assertThat(shelf.fetchedAbsence(stored("a"))).isTrue();
    shelf.askedAbsent(stored("a"));
    shelf.askedAbsent(stored("a"));
    assertThat(store.absences().names()).isEmpty();
    assertThat(FilesConfig.DEFAULT.withAbsentTtlMs(999).linksAbsences()).isFalse();
    assertThat(FilesConfig.DEFAULT.withAbsentTtlMs(1_000).linksAbsences()).isTrue();
  }

  private Path place(String name) {
    return directory.resolve("published").resolve("epoch").resolve(name);
  }

  private Optional<ReadOutcome> look(String name, boolean isUnderTheLock) throws IOException {
    return isUnderTheLock ? shelf.lookAfterChange(stored(name)) : shelf.look(stored(name));
  }

  private void putAndSettle(String body) throws Exception {
    Content _ = putAndSettle("a", body);
  }

  private Content putAndSettle(String name, String body) throws Exception {
    Spool spool = spool(body);
    Content content = spool.finishForced();
    Pending write = store.stagePut(stored(name), spool);
    shelf.reveal(write);
    assertThat(shelf.settled(write)).isTrue();
    return content;
  }

  private Spool spool(String body) throws Exception {
    byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Spool spool = store.spoolWritten(bytes.length, new ContentDigest());
    spool.write(bytes, 0, bytes.length);
    return spool;
  }

  /** A disk that cannot force a directory while it is failing. */
  private Disk disk() {
    var real = new LocalDisk();
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (proxy, method, arguments) -> {
              if (failing.get() && method.getName().equals("forceDirectory")) {
                throw new IOException("the disk fails");
              }
              if (method.getName().equals("open") && Files.isDirectory((Path) arguments[0])) {
                directoriesOpened.incrementAndGet();
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
