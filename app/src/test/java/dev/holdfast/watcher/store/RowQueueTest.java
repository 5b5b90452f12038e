package dev.holdfast.watcher.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowQueueTest {
  private final WriterCounts counts = new WriterCounts();
  private final RowQueue queue = new RowQueue(3, 1 << 20, counts);

  @Test
  void rows_comeInTheirOrder() {
    add(3);

    assertThat(queue.poll(2)).extracting(Row::id).containsExactly("e0", "e1");
    assertThat(queue.poll(2)).extracting(Row::id).containsExactly("e2");
    assertThat(queue.poll(2)).isEmpty();
  }

  @Test
  void fullQueue_dropsTheOldest_andCountsIt() {
    add(5);

    assertThat(queue.poll(9)).extracting(Row::id).containsExactly("e2", "e3", "e4");
    assertThat(counts.dropped()).isEqualTo(2);
    assertThat(counts.taken()).isEqualTo(5);
  }

  /** Rows of sites that redirect to long URLs are long. */
  @Test
  void longRows_areBoundedByTheirBytes() {
    long rowBytes = row(0, 2_000).bytes();
    var narrow = new RowQueue(100, 8 * rowBytes, counts);

    IntStream.range(0, 10).forEach(i -> narrow.add(row(i, 2_000)));

    assertThat(narrow.size()).isEqualTo(8);
    assertThat(counts.dropped()).isEqualTo(2);
    assertThat(narrow.has(100)).as("as many bytes as one poll returns").isTrue();
    assertThat(narrow.poll(100)).as("a fourth").extracting(Row::id).containsExactly("e2", "e3");
    narrow.add(row(10, 30_000));
    assertThat(narrow.size()).as("larger than all of it").isZero();
    narrow.add(row(11, 7_000));
    assertThat(narrow.poll(100)).as("at least one").extracting(Row::id).containsExactly("e11");
    assertThat(narrow.has(1)).isFalse();
  }

  @Test
  void rowAfterTheClose_countsAsDropped() {
    queue.close();
    add(1);

    assertThat(queue.size()).isZero();
    assertThat(counts.dropped()).isEqualTo(1);
  }

  @Test
  void await_endsWhenTheRowsAreThere() throws InterruptedException {
    Thread waiting = Thread.ofVirtual().start(() -> await(2));
    add(2);
    waiting.join();

    assertThat(queue.size()).isEqualTo(2);
  }

  @Test
  void await_endsWithTheClose() throws InterruptedException {
    Thread waiting = Thread.ofVirtual().start(() -> await(2));
    queue.close();
    waiting.join();

    assertThat(queue.awaitClose(1)).isTrue();
  }

  private void await(int least) {
    try {
      queue.await(least, Long.MAX_VALUE / 1_000_000);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Row row(int i, int bytes) {
    return new Row("e" + i, 0, 0, 0, false, new byte[bytes]);
  }

  private void add(int rows) {
    IntStream.range(0, rows)
        .forEach(i -> queue.add(RowText.of(Results.up("e" + i, Results.NOON_MS))));
  }
}
