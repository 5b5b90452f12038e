package dev.holdfast.files;

import static dev.holdfast.names.Names.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.staging.Keeping;
import dev.holdfast.staging.StagingLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file server has lost a write that is kept, and another one comes while that is found out. */
class RedeliveryTest {
  private static final Keeping SHORT_AND_COMPARED =
      Keeping.DEFAULT.withMs(50).withAlwaysCompare(true).withBytesMax(1 << 20).withCountMax(100);

  /** Its end is waited for: then the write is refused. */
  private static final long PATIENCE_MS = 5_000;

  private final ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor();
  private final CompletableFuture<WriteOutcome> refused = new CompletableFuture<>();
  private final Interposing disk = new Interposing();
  @TempDir private Path directory;
  private ServiceFixture f;

  @AfterEach
  void stop() throws Exception {
    f.close();
    writers.close();
  }

  /**
   * The other one is refused at last. To take it back would lose both: it has replaced the one that
   * became pending again, which nobody has any more.
   */
  @Test
  void writeThrough_thatIsRefusedWhileAKeptOneBecomesPendingAgain_isNotTakenBack()
      throws Exception {
    f =
        new ServiceFixture(
            directory,
            ServiceFixture.config(Mode.THROUGH, PATIENCE_MS),
            StagingLimits.DEFAULT.withKeeping(SHORT_AND_COMPARED));
    f.stopService();
    f.disk = disk;
    f.startService();
    f.put("a", "old");
    disk.whenPendingAgain = this::anotherWriteComes;
    Files.delete(f.data.resolve("a"));

    assertThat(refused.get())
        .isInstanceOfSatisfying(
            WriteOutcome.Unconfirmed.class, w -> assertThat(w.mayTakeEffect()).isTrue());
    f.server.troubles().stopAll();
    assertThat(f.files.awaitSettled(30_000)).isEmpty();
    assertThat(f.read("a")).isEqualTo("new");
    assertThat(f.atOrigin("a")).isEqualTo("new");
  }

  /** Called by who makes the kept write pending again, and has the lock of the name. */
  private void anotherWriteComes() {
    f.server.troubles().start(Trouble.ANSWER_429);
    writers.execute(
        () -> {
          try {
            refused.complete(f.put("a", "new"));
          } catch (Exception e) {
            refused.completeExceptionally(e);
          }
        });
    var lock = (ReentrantLock) f.store.lock(stored("a"));
    while (!lock.hasQueuedThreads() && !refused.isDone()) {
      Thread.onSpinWait();
    }
  }

  /** A disk that lets something happen once, when a kept put is made pending again. */
  private static final class Interposing extends ForwardingDisk {
    private volatile Runnable whenPendingAgain;

    Interposing() {
      super(new LocalDisk());
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      Runnable once = whenPendingAgain;
      if (once != null
          && from.getFileName().toString().startsWith("k")
          && to.getFileName().toString().startsWith("p")) {
        whenPendingAgain = null;
        once.run();
      }
      super.rename(from, to);
    }
  }
}
