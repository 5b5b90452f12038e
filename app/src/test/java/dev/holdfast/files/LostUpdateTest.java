package dev.holdfast.files;

import static dev.holdfast.names.Names.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.staging.Content;
import dev.holdfast.staging.ContentDigest;
import dev.holdfast.staging.Pending;
import dev.holdfast.staging.Spool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A conditional write is held against a file that was fetched for it and is gone again. Meanwhile
 * another write came, settled and was evicted.
 */
class LostUpdateTest {
  private static final int TRIES = 100;

  @TempDir private Path directory;
  private final Interposing disk = new Interposing();
  private ServiceFixture f;

  @BeforeEach
  void start() throws Exception {
    // Nothing stays published, and nothing is kept.
    f =
        new ServiceFixture(
            directory,
            ServiceFixture.config(Mode.BEHIND, 20_000),
            ServiceFixture.SMALL
                .withRoomWaitMs(60_000)
                .withPublishedBytesMax(0)
                .withPublishedFilesMax(0)
                .withColdBytesMax(0)
                .withColdFilesMax(0));
    f.stopService();
    f.disk = disk;
    f.startService();
  }

  @AfterEach
  void stop() throws Exception {
    f.close();
  }

  @Test
  void putIfMatch_whileAnotherWriteComesAndIsEvicted_isRefused() throws Exception {
    boolean wasFirst = false;
    for (int i = 0; i < TRIES && !wasFirst; i++) {
      String name = "n" + i;
      Files.writeString(f.data.resolve(name), "old");
      var other = new OtherWriter(name);
      disk.afterPublishing = other;
      WriteOutcome written =
          f.put(name, "mine", current -> current.isPresent() && isOld(current.get()));
      other.thread.join();
      wasFirst = other.wasFirst;
      if (wasFirst) {
        assertThat(written).isInstanceOf(WriteOutcome.Unmet.class);
        assertThat(f.files.awaitSettled(30_000)).isEmpty();
        assertThat(f.atOrigin(name)).isEqualTo("theirs");
      }
    }
    assertThat(wasFirst).as("the other write came between the fetch and the lock").isTrue();
  }

  private static boolean isOld(Content content) {
    var digest = new ContentDigest();
    byte[] old = "old".getBytes(StandardCharsets.UTF_8);
    digest.update(old, 0, old.length);
    return content.equals(digest.content());
  }

  /** Waits for the lock of the name before whoever fetched it for the condition does. */
  private final class OtherWriter implements Runnable {
    private final String name;
    private final Thread thread = new Thread(this::write, "other");
    private volatile boolean wasFirst;

    OtherWriter(String name) {
      this.name = name;
    }

    /** Called by the thread that has just published what it fetched, and has the lock. */
    @Override
    public void run() {
      thread.start();
      var lock = (ReentrantLock) f.store.lock(stored(name));
      while (!lock.hasQueuedThread(thread)) {
        Thread.onSpinWait();
      }
    }

    private void write() {
      byte[] body = "theirs".getBytes(StandardCharsets.UTF_8);
      try (Spool spool = f.store.spoolWritten(body.length, new ContentDigest())) {
        spool.write(body, 0, body.length);
        spool.finishForced();
        var lock = f.store.lock(stored(name));
        lock.lock();
        try {
          wasFirst = f.store.changes(stored(name)) == 0 && f.store.pending(stored(name)).isEmpty();
          Pending write = f.store.stagePut(stored(name), spool);
          f.store.show(write);
          Files.writeString(f.data.resolve(name), "theirs"); // as its settler would
          f.store.settled(write);
          f.store.keepBudget();
        } finally {
          lock.unlock();
        }
      } catch (IOException | InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** A disk that lets something happen once, after a fetched file was published. */
  private static final class Interposing extends ForwardingDisk {
    private volatile Runnable afterPublishing;

    Interposing() {
      super(new LocalDisk());
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      super.rename(from, to);
      Runnable once = afterPublishing;
      if (once != null && to.getParent().endsWith("published/epoch")) {
        afterPublishing = null;
        once.run();
      }
    }
  }
}
