package dev.holdfast.files;

import static dev.holdfast.names.Names.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.LocalDisk;
import dev.holdfast.metrics.Meters;
import dev.holdfast.staging.ContentDigest;
import dev.holdfast.staging.Spool;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.staging.StagingStore;
import dev.holdfast.testkit.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No sweep has to wait for another one. */
final class SweepsTest {
  @TempDir Path directory;

  /** Many files may expire at once: how long a link outlasts its absence must not depend on it. */
  @Test
  void linksOfAbsences_go_whileFilesExpire() throws Exception {
    var forgetful = new ForgetfulIndex();
    try (Index index = forgetful.index();
        StagingStore store = open()) {
      var shelf = new Shelf(store, index, true);
      Spool body = store.spoolFetched(new ContentDigest());
      body.write(new byte[] {'x'}, 0, 1);
      assertThat(shelf.fetched(stored("expired"), body, body.finishForced())).isTrue();
      Path link = directory.resolve("published/epoch/absent");
      assertThat(shelf.fetchedAbsence(stored("absent"))).isTrue();
      shelf.askedAbsent(stored("absent"));
      shelf.askedAbsent(stored("absent"));
      assertThat(Files.isSymbolicLink(link)).isTrue();

      var lock = (ReentrantLock) store.lock(stored("expired"));
      assertThat(lock).isNotSameAs(store.lock(stored("absent")));
      lock.lock();
      try (var sweeps = new Sweeps()) {
        try {
          sweeps.expire(store, 10);
          Await.until("a file is to expire", lock::hasQueuedThreads);
          sweeps.unlinkForgotten(shelf, 1_000);
          forgetful.forget(stored("absent"));
          Await.until("the link is gone", () -> !Files.exists(link, LinkOption.NOFOLLOW_LINKS));
        } finally {
          lock.unlock();
        }
      }
    }
  }

  private StagingStore open() throws Exception {
    return StagingStore.open(
        new LocalDisk(),
        directory,
        "sidecar-1",
        StagingLimits.DEFAULT,
        InstantSource.system(),
        new Meters(new SimpleMeterRegistry()),
        "epoch",
        "boot",
        name -> true);
  }
}
