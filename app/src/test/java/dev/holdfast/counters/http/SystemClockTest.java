package dev.holdfast.counters.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.QuietLogs;
import dev.holdfast.counters.Clock;
import dev.holdfast.counters.Guarded;
import java.lang.ref.WeakReference;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SystemClockTest {
  @RegisterExtension static final QuietLogs QUIET = QuietLogs.ofAll();

  private static final long HOUR_MS = 3_600_000;

  private final AtomicBoolean hasRun = new AtomicBoolean();

  @Test
  void taskThatIsCancelled_isNotRun_andNotHeld() throws InterruptedException {
    try (var clock = new SystemClock()) {
      WeakReference<Runnable> task = scheduleAndCancel(clock);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (task.get() != null && System.nanoTime() - end < 0) {
        System.gc();
      }
      assertThat(task.get()).isNull();

      var later = new CountDownLatch(1);
      clock.after(50, () -> hasRun.set(true)).cancel();
      clock.after(100, later::countDown);
      assertThat(later.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(hasRun).isFalse();
    }
  }

  @Test
  void taskThatFails_isCounted_andTheNextOneRuns() throws InterruptedException {
    var failures = new AtomicInteger();
    var later = new CountDownLatch(1);
    try (var clock = new SystemClock(new Guarded(failures::incrementAndGet))) {
      clock.after(
          0,
          () -> {
            throw new StackOverflowError("planted");
          });
      clock.after(1, later::countDown);
      assertThat(later.await(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(failures).hasValue(1);
  }

  /** In a method of its own, so that no variable keeps the task. */
  private WeakReference<Runnable> scheduleAndCancel(Clock clock) {
    Runnable task = () -> hasRun.set(true);
    clock.after(HOUR_MS, task).cancel();
    return new WeakReference<>(task);
  }
}
