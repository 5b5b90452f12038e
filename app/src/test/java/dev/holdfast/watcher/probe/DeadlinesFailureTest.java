package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Patience;
import dev.holdfast.watcher.thread.PlantedError;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Deadlines that fail, and fail again when that is logged, as a lack of memory does. */
final class DeadlinesFailureTest {
  @Test
  void turn_firesTheOthers() {
    var time = new ManualNanos();
    var deadlines = new Deadlines(time, _ -> {});
    List<String> fired = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      deadlines.at(
          time.getAsLong(),
          () -> {
            throw new PlantedError();
          });
      deadlines.at(time.getAsLong(), () -> fired.add("other"));
    }

    time.advanceMs(20);
    deadlines.turn();

    assertThat(fired).containsExactly("other", "other", "other");
  }

  @Test
  void turn_afterAStallThatNobodyTakes_firesAllTheSame() {
    var time = new ManualNanos();
    var deadlines =
        new Deadlines(
            time,
            _ -> {
              throw new PlantedError();
            });
    List<String> fired = new ArrayList<>();
    deadlines.at(time.getAsLong(), () -> fired.add("deadline"));

    time.advanceMs(2_000);
    deadlines.turn();

    assertThat(fired).containsExactly("deadline");
  }

  @Test
  void thread_goesOn() throws Exception {
    var isFired = new CountDownLatch(1);
    try (var deadlines = new Deadlines(System::nanoTime, _ -> {})) {
      deadlines.start();
      deadlines.at(
          System.nanoTime(),
          () -> {
            deadlines.at(System.nanoTime(), isFired::countDown);
            throw new PlantedError();
          });

      assertThat(isFired.await(Patience.STEP_S, TimeUnit.SECONDS)).isTrue();
    }
  }
}
