package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.watcher.Expectation;
import dev.holdfast.watcher.Expectation.Engine;
import dev.holdfast.watcher.Expectation.PagePattern;
import dev.holdfast.watcher.StatusSet;
import dev.holdfast.watcher.pattern.BadPatternException;
import dev.holdfast.watcher.pattern.Finding;
import dev.holdfast.watcher.pattern.PageSearch;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
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

  @Property
  void chunkBorders_changeNothing(
      @ForAll List<byte @Size(max = 300) []> chunks,
      @ForAll @IntRange(min = 0, max = 2_000) int bytesMax) {
    var whole = new ByteArrayOutputStream();
    var body = new BodyStore(new BodyRoom(1 << 20), bytesMax);
    body.keep();
    for (byte[] chunk : chunks) {
      boolean isWhole = body.take(ByteBuffer.wrap(chunk));
      whole.writeBytes(chunk);
      assertThat(isWhole).isEqualTo(whole.size() <= bytesMax || chunk.length == 0);
    }
    int taken = Math.min(bytesMax, whole.size());
    assertThat(body.kept()).isEqualTo(Arrays.copyOf(whole.toByteArray(), taken));
    assertThat(body.count()).isEqualTo(taken);
  }

  /** A border may fall into a character, and into that which is sought. */
  @Property
  void chunkBorders_neverChangeWhatIsFound(@ForAll @IntRange(min = 1, max = 40) int chunkBytes)
      throws BadPatternException {
    var pattern = new PagePattern("größe: \\d+ €", Engine.RE2);
    PageSearch search =
        PageSearch.compile(
            new Expectation(StatusSet.SUCCESS, List.of(pattern), List.of(), List.of(), 0, 1000));
    byte[] page = "… die größe: 42 € …".getBytes(StandardCharsets.UTF_8);
    var body = new BodyStore(new BodyRoom(1 << 20), 1_000);
    body.keep();
    for (int from = 0; from < page.length; from += chunkBytes) {
      body.take(ByteBuffer.wrap(page, from, Math.min(chunkBytes, page.length - from)));
    }
    assertThat(search.search(body.kept(), Optional.empty())).isEqualTo(new Finding.Found());
  }
}
