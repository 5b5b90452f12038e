package dev.holdfast.files;

import static dev.holdfast.names.Names.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.names.Name;
import dev.holdfast.names.StoredName;
import dev.holdfast.staging.Keeping;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Waiting for writes to settle. */
class SettlingTest {
  private static final long LONG_MS = Patience.STEP.toMillis();

  @TempDir private Path directory;
  private ServiceFixture f;

  @BeforeEach
  void start() throws Exception {
    f = new ServiceFixture(directory, Mode.BEHIND);
    f.server.troubles().start(Trouble.ANSWER_429);
  }

  @AfterEach
  void stop() throws Exception {
    f.close();
  }

  @Test
  void awaitSettled_ofNothing_returnsAtOnce() throws Exception {
    assertThat(f.files.awaitSettled(0)).isEmpty();
  }

  @Test
  void awaitSettled_inVain_namesWhatIsLeft() throws Exception {
    f.put("b", "body");
    f.put("a", "body");
    f.delete("c");
    assertThat(f.files.awaitSettled(0)).containsExactly(stored("a"), stored("b"), stored("c"));
  }

  /** The last write wakes those who wait: there is no other way for them to return. */
  @Test
  void awaitSettled_byMany_returnsWithTheLastWrite() throws Exception {
    for (int i = 0; i < 50; i++) {
      f.put("n" + i, "body");
    }
    var waiting = new ArrayList<FutureTask<List<StoredName>>>();
    for (int i = 0; i < 5; i++) {
      waiting.add(waiting());
    }
    f.server.troubles().stopAll();
    for (FutureTask<List<StoredName>> one : waiting) {
      assertThat(one.get()).isEmpty();
    }
    assertThat(f.files.status().pendingCount()).isZero();
  }

  /** A write that came after the call is not waited for, and one that is replaced has settled. */
  @Test
  void awaitSettled_whileOthersCome_returnsForWhatWasThere() throws Exception {
    f.put("a", "first");
    FutureTask<List<StoredName>> waiting = waiting();
    f.put("later", "body");
    f.put("a", "second");
    assertThat(waiting.get()).isEmpty();
    assertThat(f.files.status().pendingCount()).isEqualTo(2);
  }

  @Test
  void listenForLastOfOthers_noneIsLeft_tellsAtOnce() throws Exception {
    f.put("own", "body");
    var told = new AtomicInteger();
    try (var _ = f.files.listenForLastOfOthers(stored("own")::equals, told::incrementAndGet)) {
      assertThat(told).hasValue(1);
    }
  }

  /** A write of this sidecar's own is not waited for. */
  @Test
  void listenForLastOfOthers_someAreLeft_tellsWithTheLast() throws Exception {
    f.close();
    StagingLimits unkept = StagingLimits.DEFAULT.withKeeping(Keeping.OFF);
    f = new ServiceFixture(directory, ServiceFixture.config(Mode.BEHIND), unkept);
    f.server.troubles().start(Trouble.ANSWER_429);
    f.put("own", "body");
    f.put("a", "body");
    f.delete("b");
    var told = new CountDownLatch(1);
    Predicate<StoredName> owns = stored("own")::equals;
    try (var _ = f.files.listenForLastOfOthers(owns, told::countDown)) {
      assertThat(told.getCount()).isEqualTo(1);
      assertThat(f.files.writesOfOthers(owns)).isEqualTo(2);
      f.server.troubles().stopAll();
      assertThat(told.await(LONG_MS, TimeUnit.MILLISECONDS)).isTrue();
      assertThat(f.files.writesOfOthers(owns)).isZero();
    }
  }

  /** While a sidecar stops, nobody looks if an absence is still to be believed. */
  @Test
  void stop_takesTheLinksOfAbsences_beforeItSettles() throws Exception {
    var config = ServiceFixture.config(Mode.BEHIND).withStopSettleMs(2 * LONG_MS);
    try (var g = new ServiceFixture(directory.resolve("g"), config, StagingLimits.DEFAULT)) {
      g.server.troubles().start(Trouble.ANSWER_429);
      g.delete("a");
      g.files.askedAbsent(Name.parse("a"));
      g.files.askedAbsent(Name.parse("a"));
      Path link = directory.resolve("g/volume/published/epoch/a");
      assertThat(Files.isSymbolicLink(link)).isTrue();

      var stop = new FutureTask<>(Executors.callable(g.files::close));
      Thread stopping = Thread.ofVirtual().start(stop);
      Await.until("the link is gone", () -> !Files.isSymbolicLink(link));
      g.server.troubles().stopAll();
      stop.get();
      stopping.join();
      g.store.close();
      g.startService();
      assertThat(g.atOrigin("a")).isEqualTo("(absent)");
    }
  }

  private FutureTask<List<StoredName>> waiting() throws Exception {
    var waiting = new FutureTask<>(() -> f.files.awaitSettled(LONG_MS));
    var thread = new Thread(waiting);
    thread.start();
    Await.until("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
    return waiting;
  }
}
