package dev.holdfast.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.metrics.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class FetchesTest {
  private static final long ANSWER_WITHIN_MS = 20_000;

  /** What it found may be out of date by the time somebody else asks. */
  @Test
  void fetch_isNotJoinedOnceItIsOver() throws Exception {
    var over = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var count = new AtomicInteger();
    Fetches.Fetcher fetcher =
        (name, progress, decided) -> {
          decided.run();
          if (count.incrementAndGet() > 1) {
            return new ReadOutcome.Nonsense("the second");
          }
          over.countDown();
          assertThat(goOn.await(ANSWER_WITHIN_MS, TimeUnit.MILLISECONDS)).isTrue();
          return new ReadOutcome.Absent(true);
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var fetches =
          new Fetches(
              fetcher,
              threads,
              10,
              ANSWER_WITHIN_MS,
              ReservedNames.NONE,
              new Meters(new SimpleMeterRegistry()));
      Future<ReadOutcome> first = threads.submit(() -> fetches.fetch("a"));
      assertThat(over.await(ANSWER_WITHIN_MS, TimeUnit.MILLISECONDS)).isTrue();
      try {
        assertThat(fetches.fetch("a")).isEqualTo(new ReadOutcome.Nonsense("the second"));
      } finally {
        goOn.countDown();
      }
      assertThat(first.get()).isEqualTo(new ReadOutcome.Absent(true));
    }
  }
}
