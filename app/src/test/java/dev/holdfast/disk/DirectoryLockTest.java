package dev.holdfast.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.testkit.Await;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
  /** Long enough for whatever ends at all. */
  private static final long LONG_MS = 120_000;

  @TempDir private Path directory;

  @Test
  void alone_keepsEverybodyElseOut() throws Exception {
    try (DirectoryLock lock = alone()) {
      assertThat(lock).isNotNull();
      assertThat(DirectoryLock.alone(directory, 0)).isEmpty();
      assertThat(DirectoryLock.shared(directory)).isEmpty();
      try (LockHolder other = LockHolder.alone(directory, 0);
          LockHolder reader = LockHolder.shared(directory)) {
        assertThat(other.isLocked()).isFalse();
        assertThat(reader.isLocked()).isFalse();
      }
      // A refused try of this process must not have given the lock back: POSIX would.
      try (LockHolder again = LockHolder.alone(directory, 0)) {
        assertThat(again.isLocked()).isFalse();
      }
    }
    try (LockHolder other = LockHolder.alone(directory, 0)) {
      assertThat(other.isLocked()).isTrue();
      assertThat(DirectoryLock.alone(directory, 0)).isEmpty();
      assertThat(DirectoryLock.shared(directory)).isEmpty();
    }
  }

  @Test
  void alone_waitsForAProcessThatEnds() throws Exception {
    LockHolder other = LockHolder.alone(directory, 0);
    assertThat(other.isLocked()).isTrue();
    var waiting = new FutureTask<>(() -> DirectoryLock.alone(directory, LONG_MS));
    Thread.ofPlatform().start(waiting);
    other.close();
    waiting.get().orElseThrow().close();
  }

  @Test
  void alone_waitsForReaders_andNoFurtherOneComesIn() throws Exception {
    alone().close(); // readers find the file of an actor that has run
    try (LockHolder reader = LockHolder.shared(directory);
        LockHolder starting = readThenStart(reader)) {
      awaitTheGate();
      assertThat(DirectoryLock.shared(directory)).isEmpty();
      reader.kill();
      assertThat(starting.isLocked()).isTrue();
    }
  }

  /** A process keeps it for as long as it lives, and readers leave. */
  @Test
  void alone_waitsLongerForReadersThanForAProcess() throws Exception {
    try (DirectoryLock lock = alone();
        LockHolder refused = LockHolder.alone(directory, 0, LONG_MS)) {
      assertThat(lock).isNotNull();
      assertThat(refused.isLocked()).isFalse();
    }
    try (LockHolder reader = LockHolder.shared(directory)) {
      assertThat(reader.isLocked()).isTrue();
      var waiting = new FutureTask<>(() -> DirectoryLock.alone(directory, 0, LONG_MS));
      Thread.ofPlatform().start(waiting);
      awaitTheGate();
      reader.kill();
      waiting.get().orElseThrow().close();
    }
  }

  @Test
  void alone_waitsForAReaderOfThisProcess() throws Exception {
    alone().close();
    DirectoryLock reader = DirectoryLock.shared(directory).orElseThrow();
    var waiting = new FutureTask<>(() -> DirectoryLock.alone(directory, 0, LONG_MS));
    Thread.ofPlatform().start(waiting);
    reader.close();
    waiting.get().orElseThrow().close();
  }

  /** Readers of this process come and go, and one of them may leave at any step of a try. */
  @Test
  void alone_waitsForReadersOfThisProcess_whenEverTheyLeave() throws Exception {
    alone().close();
    var isOver = new AtomicBoolean();
    var readers =
        new FutureTask<Void>(
            () -> {
              while (!isOver.get()) {
                Optional<DirectoryLock> reader = DirectoryLock.shared(directory);
                if (reader.isPresent()) {
                  reader.get().close();
                }
              }
              return null;
            });
    Thread.ofPlatform().start(readers);
    try {
      for (int i = 0; i < 300; i++) {
        DirectoryLock.alone(directory, 0, LONG_MS).orElseThrow().close();
      }
    } finally {
      isOver.set(true);
    }
    readers.get();
  }

  @Test
  void reader_hearsThatAProcessWaits() throws Exception {
    alone().close();
    DirectoryLock reader = DirectoryLock.shared(directory).orElseThrow();
    assertThat(reader.isWanted()).isFalse();
    try (LockHolder starting = LockHolder.alone(directory, LONG_MS)) {
      Await.until("the starting one stands at the gate", reader::isWanted);
      reader.close();
      assertThat(starting.isLocked()).isTrue();
    }
  }

  private LockHolder readThenStart(LockHolder reader) throws IOException {
    assertThat(reader.isLocked()).isTrue();
    return LockHolder.alone(directory, LONG_MS);
  }

  private void awaitTheGate() throws Exception {
    Await.until(
        "the starting one stands at the gate",
        () -> {
          Optional<DirectoryLock> lock = DirectoryLock.shared(directory);
          if (lock.isPresent()) {
            lock.get().close();
          }
          return lock.isEmpty();
        });
  }

  @Test
  void shared_isForManyReaders_untilTheLastOneLeaves() throws Exception {
    alone().close();
    DirectoryLock one = DirectoryLock.shared(directory).orElseThrow();
    DirectoryLock other = DirectoryLock.shared(directory).orElseThrow();
    try (LockHolder further = LockHolder.shared(directory)) {
      assertThat(further.isLocked()).isTrue();
    }
    one.close();
    assertThat(DirectoryLock.alone(directory, 0)).isEmpty();
    try (LockHolder starting = LockHolder.alone(directory, 0)) {
      assertThat(starting.isLocked()).as("one reader is left").isFalse();
    }
    other.close();
    alone().close();
  }

  @Test
  void shared_whereNoActorWasEver_fails() {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> DirectoryLock.shared(directory));
  }

  private DirectoryLock alone() throws IOException {
    return DirectoryLock.alone(directory, 0).orElseThrow();
  }
}
