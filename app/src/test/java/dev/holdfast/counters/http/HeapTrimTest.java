package dev.holdfast.counters.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.Clock;
import org.junit.jupiter.api.Test;

/** A heap whose used bytes are this test's, and which is looked at when it says so. */
final class HeapTrimTest {
  private static final long MB = 1024 * 1024;
  private static final long LITTLE = HeapTrim.GROWTH_BYTES_MIN;

  private long live = 10 * MB;
  private long used = live;
  private int collections;
  private Runnable look;

  private final Clock clock =
      new Clock() {
        @Override
        public long nanoTime() {
          return 0;
        }

        @Override
        public Later after(long delayMs, Runnable task) {
          assertThat(delayMs).isEqualTo(HeapTrim.LOOK_MS);
          look = task;
          return () -> {};
        }
      };

  private void start() {
    new HeapTrim(
            clock,
            () -> used,
            () -> {
              collections++;
              used = live;
            })
        .lookLater();
  }

  /** The first two looks find what the start has left, and that it grows no more. */
  private void startAndCollect() {
    start();
    look.run();
    look.run();
    assertThat(collections).isEqualTo(1);
  }

  @Test
  void growth_isCollected_onceItIsMuch() {
    startAndCollect();
    used = live + LITTLE;
    look.run();
    assertThat(collections).as("little").isEqualTo(1);
    used++;
    look.run();
    assertThat(collections).as("much").isEqualTo(2);
    assertThat(used).isEqualTo(live);
  }

  @Test
  void burst_isCollected_onceItIsOver() {
    startAndCollect();
    for (int i = 0; i < 2; i++) {
      used += LITTLE;
      look.run();
      assertThat(collections).as("it goes on").isEqualTo(1);
    }
    used += HeapTrim.STILL_BYTES_MAX;
    look.run();
    assertThat(collections).isEqualTo(2);
    assertThat(used).isEqualTo(live);
  }

  @Test
  void burst_thatDoesNotEnd_isCollectedAllTheSame() {
    startAndCollect();
    used += HeapTrim.GROWTH_BYTES_MAX;
    look.run();
    assertThat(collections).isEqualTo(1);
    used += HeapTrim.STILL_BYTES_MAX + 1;
    look.run();
    assertThat(collections).isEqualTo(2);
  }

  @Test
  void growth_thatStays_isCollectedOnce() {
    startAndCollect();
    live += 2 * LITTLE;
    used = live;
    for (int i = 0; i < 10; i++) {
      look.run();
    }
    assertThat(collections).isEqualTo(2);
  }

  @Test
  void muchThatIsKept_mayGrowByAQuarter() {
    live = 10 * LITTLE;
    used = live;
    startAndCollect();
    used = live + live / 4;
    look.run();
    look.run();
    assertThat(collections).isEqualTo(1);
    used++;
    look.run();
    assertThat(collections).isEqualTo(2);
  }

  @Test
  void collectionOfTheJvm_countsAsWell() {
    startAndCollect();
    live = 5 * MB;
    used = live;
    look.run();
    used = live + LITTLE + 1;
    look.run();
    look.run();
    assertThat(collections).isEqualTo(2);
  }
}
