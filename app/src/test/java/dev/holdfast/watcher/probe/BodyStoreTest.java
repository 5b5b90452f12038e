package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class BodyStoreTest {
  private static final int ROUNDS = 500;

  /** A visit is abandoned on any thread, also if its loop has ended. */
  @Test
  void leave_whileALoopTakes_givesAllRoomBack() throws Exception {
    var room = new BodyRoom(1 << 20);
    try (var threads = Executors.newFixedThreadPool(1)) {
      for (int i = 0; i < ROUNDS; i++) {
        var body = new BodyStore(room, 1 << 20);
        body.keep();
        var barrier = new CyclicBarrier(2);
        Future<?> loop =
            threads.submit(
                () -> {
                  barrier.await();
                  for (int chunk = 0; chunk < 8; chunk++) {
                    body.take(ByteBuffer.allocate(16 << 10));
                  }
                  return null;
                });
        barrier.await();
        body.leave();
        loop.get();
        assertThat(room.takenBytes()).isZero();
      }
    }
  }
}
