package dev.holdfast.files;

import static dev.holdfast.names.Names.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.disk.NewFile;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.names.Name;
import dev.holdfast.testkit.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes on the threads for what waits for nothing but the disk. */
class QuickWritesTest {
  /** More than there are such threads. */
  private static final int MANY = 50;

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
  void putAndDelete_areReadAtOnce_andSettle() throws Exception {
    f.server.troubles().start(Trouble.HANG);
    assertThat(f.putQuickly("a", "first").join()).isInstanceOf(WriteOutcome.Done.class);
    assertThat(f.read("a")).isEqualTo("first");
    assertThat(f.putQuickly("a", "second").join()).isInstanceOf(WriteOutcome.Done.class);
    assertThat(f.read("a")).isEqualTo("second");
    assertThat(f.putQuickly("empty", "").join()).isInstanceOf(WriteOutcome.Done.class);
    assertThat(f.deleteQuickly("b").join()).isInstanceOf(WriteOutcome.Done.class);
    assertThat(f.read("b")).isEqualTo("(absent)");
    f.server.troubles().stopAll();
    awaitSettled();
    assertThat(f.atOrigin("a")).isEqualTo("second");
    assertThat(f.atOrigin("empty")).isEmpty();
    assertThat(f.deleteQuickly("a").join()).isInstanceOf(WriteOutcome.Done.class);
    awaitSettled();
    assertThat(f.atOrigin("a")).isEqualTo("(absent)");
  }

  @Test
  void writes_forWhichThereIsNoRoom_waitForIt_andKeepNoThread() throws Exception {
    restartWithRoomFor(1, 60_000);
    f.server.troubles().start(Trouble.HANG);
    f.putQuickly("a", "body").join();
    var waiting = new ArrayList<CompletableFuture<WriteOutcome>>();
    for (int i = 0; i < MANY; i++) {
      waiting.add(i % 2 == 0 ? f.putQuickly("p" + i, "body " + i) : f.deleteQuickly("d" + i));
    }
    Await.until("the first is being sent", () -> f.server.troubles().held() == 1);
    assertThat(waiting).noneMatch(CompletableFuture::isDone);
    f.server.troubles().stopAll();
    for (CompletableFuture<WriteOutcome> write : waiting) {
      assertThat(write.join()).isInstanceOf(WriteOutcome.Done.class);
    }
    awaitSettled();
    assertThat(f.atOrigin("p48")).isEqualTo("body 48");
  }

  @Test
  void writes_forWhichThereIsNoRoom_waitUpToABound() throws Exception {
    restartWithRoomFor(1, 60_000);
    f.server.troubles().start(Trouble.HANG);
    f.putQuickly("a", "body").join();
    var waiting = new ArrayList<CompletableFuture<WriteOutcome>>();
    for (int i = 0; i < QuickWrites.PUT_OFF_MAX + 1; i++) {
      waiting.add(f.putQuickly("p" + i, "body"));
    }
    Await.until("one is refused at once", () -> waiting.stream().anyMatch(one -> one.isDone()));
    f.server.troubles().stopAll();
    List<WriteOutcome> written = waiting.stream().map(CompletableFuture::join).toList();
    assertThat(written).filteredOn(one -> one instanceof WriteOutcome.NoRoom).hasSize(1);
    assertThat(written)
        .filteredOn(one -> one instanceof WriteOutcome.Done)
        .hasSize(QuickWrites.PUT_OFF_MAX);
    awaitSettled();
  }

  @Test
  void write_forWhichNoRoomComes_isRefused() throws Exception {
    restartWithRoomFor(1, 50);
    f.server.troubles().start(Trouble.ANSWER_429);
    f.putQuickly("a", "body").join();
    assertThat(f.putQuickly("b", "body").join()).isInstanceOf(WriteOutcome.NoRoom.class);
    assertThat(f.deleteQuickly("b").join()).isInstanceOf(WriteOutcome.NoRoom.class);
    assertThat(f.read("a")).isEqualTo("body");
    f.server.troubles().stopAll();
    awaitSettled();
  }

  @Test
  void writes_ofANameThatIsBeingChanged_waitForIt_andKeepNoOther() throws Exception {
    Lock lock = f.store.lock(stored("busy"));
    var waiting = new ArrayList<CompletableFuture<WriteOutcome>>();
    lock.lock();
    try {
      for (int i = 0; i < MANY; i++) {
        waiting.add(f.putQuickly("busy", "body " + i));
      }
      assertThat(f.putQuickly("another", "body").join()).isInstanceOf(WriteOutcome.Done.class);
      assertThat(waiting).noneMatch(CompletableFuture::isDone);
    } finally {
      lock.unlock();
    }
    for (CompletableFuture<WriteOutcome> write : waiting) {
      assertThat(write.join()).isInstanceOf(WriteOutcome.Done.class);
    }
    assertThat(f.deleteQuickly("busy").join()).isInstanceOf(WriteOutcome.Done.class);
    awaitSettled();
    assertThat(f.atOrigin("busy")).isEqualTo("(absent)");
  }

  @Test
  void write_thatTheDiskFails_isToldSo_andLeavesTheNameAsItWas() throws Exception {
    var disk = new BrokenDisk();
    f.stopService();
    f.disk = disk;
    f.startService();
    f.putQuickly("a", "old").join();
    awaitSettled();
    disk.broken = true;
    assertThatThrownBy(() -> f.putQuickly("a", "new").join()).hasRootCauseMessage("broken");
    disk.broken = false;
    assertThat(f.read("a")).isEqualTo("old");
    assertThat(f.putQuickly("a", "newer").join()).isInstanceOf(WriteOutcome.Done.class);
    assertThat(f.read("a")).isEqualTo("newer");
  }

  @Test
  void write_thatMeetsAnError_isToldSo() throws Exception {
    f.stopService();
    var disk = new BrokenDisk();
    f.disk = disk;
    f.startService();
    disk.error = true;
    assertThatThrownBy(() -> f.putQuickly("a", "new").join()).hasRootCauseMessage("planted");
    disk.error = false;
    assertThat(f.putQuickly("a", "newer").join()).isInstanceOf(WriteOutcome.Done.class);
  }

  @Test
  void moreWritesThanMayWait_areLeftToTheRoute() throws Exception {
    f.stopService();
    var disk = new BrokenDisk();
    f.disk = disk;
    f.startService();
    var waiting = new ArrayList<CompletableFuture<WriteOutcome>>();
    disk.turns.acquire();
    try {
      while (f.files.quickWrites(Name.parse("name")).isPresent()) {
        waiting.add(f.putQuickly("name-" + waiting.size(), "body"));
      }
    } finally {
      disk.turns.release();
    }
    assertThat(waiting).hasSizeGreaterThanOrEqualTo(QuickWrites.WAITING_MAX);
    for (CompletableFuture<WriteOutcome> write : waiting) {
      assertThat(write.join()).isInstanceOf(WriteOutcome.Done.class);
    }
    assertThat(f.files.quickWrites(Name.parse("name"))).isPresent();
    awaitSettled();
  }

  private void restartWithRoomFor(int writes, long waitMs) throws Exception {
    f.close();
    var limits = ServiceFixture.SMALL.withPendingCountMax(writes).withRoomWaitMs(waitMs);
    f = new ServiceFixture(directory, ServiceFixture.config(Mode.BEHIND), limits);
  }

  private void awaitSettled() throws Exception {
    assertThat(f.files.awaitSettled(30_000)).isEmpty();
  }

  /** A disk on which making an entry fails, or waits for its turn. */
  private static final class BrokenDisk extends ForwardingDisk {
    final Semaphore turns = new Semaphore(1);
    volatile boolean broken;
    volatile boolean error;

    BrokenDisk() {
      super(new LocalDisk());
    }

    @Override
    public NewFile create(Path file) throws IOException {
      if (!file.getParent().endsWith("writes")) {
        return super.create(file);
      }
      takeTurn();
      try {
        return super.create(file);
      } finally {
        turns.release();
      }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      takeTurn();
      try {
        super.rename(from, to);
      } finally {
        turns.release();
      }
    }

    private void takeTurn() throws IOException {
      if (broken) {
        throw new IOException("broken");
      }
      if (error) {
        throw new LinkageError("planted");
      }
      turns.acquireUninterruptibly();
    }
  }
}
