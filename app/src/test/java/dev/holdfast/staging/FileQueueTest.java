package dev.holdfast.staging;

import static dev.holdfast.names.Names.stored;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What there is to evict, in order, and what there is to expire, which is another order. */
final class FileQueueTest {
  @Test
  void before_findsWhatStandsBehindYoungerOnes() {
    var queue = new FileQueue();
    queue.add(stored("young"), new FileQueue.Entry(1, 200));
    queue.add(stored("old-back-from-cold"), new FileQueue.Entry(1, 100));
    assertThat(queue.before(150)).containsExactly(stored("old-back-from-cold"));
    assertThat(queue.oldest(1)).containsExactly(stored("young"));
  }
}
