package dev.holdfast.files;

import static dev.holdfast.names.Names.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.metrics.Meters;
import dev.holdfast.origin.Deadline;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Patience;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class FetchesTest {
  private static final long ANSWER_WITHIN_MS = Patience.STEP.toMillis();

  /** What it found may be out of date by the time somebody else asks. */
  @Test
  void fetch_isNotJoinedOnceItIsOver() throws Exception {
    var over = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var count = new AtomicInteger();
    Fetches.Fetcher fetcher =
        (name, progress, patience, decided) -> {
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
              Caller.NOBODY,
              new FileMeters(new Meters(new SimpleMeterRegistry())));
      Future<ReadOutcome> first = threads.submit(() -> fetches.fetch(stored("a")));
      assertThat(over.await(ANSWER_WITHIN_MS, TimeUnit.MILLISECONDS)).isTrue();
      try {
        assertThat(fetches.fetch(stored("a"))).isEqualTo(new ReadOutcome.Nonsense("the second"));
      } finally {
        goOn.countDown();
      }
      assertThat(first.get()).isEqualTo(new ReadOutcome.Absent(true));
    }
  }

  /** Nobody waits for it any longer, and it keeps no place from another one. */
  @Test
  void fetch_thatFailsWithAnError_isOver() throws Exception {
    var count = new AtomicInteger();
    Fetches.Fetcher fetcher =
        (name, progress, patience, decided) -> {
          if (count.incrementAndGet() == 1) {
            throw new StackOverflowError();
          }
          return new ReadOutcome.Absent(true);
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var fetches =
          new Fetches(
              fetcher,
              threads,
              1,
              ANSWER_WITHIN_MS,
              ReservedNames.NONE,
              Caller.NOBODY,
              new FileMeters(new Meters(new SimpleMeterRegistry())));
      assertThatThrownBy(() -> fetches.fetch(stored("a")))
          .isInstanceOf(IllegalStateException.class)
          .hasCauseInstanceOf(StackOverflowError.class);
      assertThat(fetches.fetch(stored("a"))).isEqualTo(new ReadOutcome.Absent(true));
    }
  }

  @Test
  void fetch_goesOnForWhoeverJoinsIt() throws Exception {
    var first = new CompletableFuture<Deadline>();
    var joined = new CountDownLatch(1);
    var registry = new SimpleMeterRegistry();
    Fetches.Fetcher fetcher =
        (name, progress, patience, decided) -> {
          first.complete(patience.until());
          assertThat(joined.await(ANSWER_WITHIN_MS, TimeUnit.MILLISECONDS)).isTrue();
          assertThat(patience.until().atNanos()).isGreaterThan(first.join().atNanos());
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
              Caller.NOBODY,
              new FileMeters(new Meters(registry)));
      Future<ReadOutcome> one = threads.submit(() -> fetches.fetch(stored("a")));
      first.join();
      Future<ReadOutcome> two = threads.submit(() -> fetches.fetch(stored("a")));
      Await.until("it has joined", () -> registry.counter("holdfast.fetches.joined").count() == 1);
      joined.countDown();
      assertThat(one.get()).isEqualTo(new ReadOutcome.Absent(true));
      assertThat(two.get()).isEqualTo(new ReadOutcome.Absent(true));
    }
  }
}
