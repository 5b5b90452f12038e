package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.QuietLogs;
import dev.holdfast.testkit.Await;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An event loop and its lag. */
final class LoopTest {
  @RegisterExtension static final QuietLogs QUIET = QuietLogs.of(Loop.class, Loops.class);

  private static final int WAIT_MS = 30_000;

  @Test
  void execute_allOnOneThread() throws Exception {
    try (Loop loop = Loop.start("loop", System::nanoTime, WAIT_MS)) {
      Set<Thread> threads = ConcurrentHashMap.newKeySet();
      AtomicInteger run = new AtomicInteger();
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        callers.add(
            Thread.startVirtualThread(
                () -> {
                  for (int j = 0; j < 1_000; j++) {
                    loop.execute(
                        () -> {
                          threads.add(Thread.currentThread());
                          run.incrementAndGet();
                        });
                  }
                }));
      }
      for (Thread caller : callers) {
        caller.join();
      }

      Await.until("all tasks have run", () -> run.get() == 8_000);
      assertThat(threads).hasSize(1);
    }
  }

  @Test
  void execute_failureOfOneDoesNotStopTheOthers() throws Exception {
    try (Loop loop = Loop.start("loop", System::nanoTime, WAIT_MS)) {
      CountDownLatch other = new CountDownLatch(1);
      loop.execute(
          () -> {
            throw new IllegalStateException("planted");
          });
      loop.execute(other::countDown);

      Await.until("the other task has run", () -> other.getCount() == 0);
      assertThat(loop.isAlive()).isTrue();
    }
  }

  @Test
  void lag_ofALoopThatIsBusy() throws Exception {
    ManualNanos time = new ManualNanos();
    try (Loop loop = Loop.start("loop", time, WAIT_MS)) {
      CountDownLatch busy = new CountDownLatch(1);
      CountDownLatch release = new CountDownLatch(1);
      loop.execute(
          () -> {
            busy.countDown();
            release.countDown();
            awaitQuietly(release);
          });
      busy.await();
      long startNanos = time.getAsLong();
      CountDownLatch held = new CountDownLatch(1);
      CountDownLatch isHeld = new CountDownLatch(1);
      loop.execute(
          () -> {
            isHeld.countDown();
            awaitQuietly(held);
          });
      isHeld.await();

      loop.pulse();
      time.advanceMs(40);
      assertThat(loop.worstLagNanos(startNanos)).isEqualTo(40_000_000);
      CountDownLatch behind = new CountDownLatch(1);
      loop.execute(behind::countDown);
      held.countDown();
      behind.await();
      assertThat(loop.worstLagNanos(time.getAsLong())).isEqualTo(40_000_000);

      time.advanceMs(1_000);
      assertThat(loop.worstLagNanos(startNanos)).isEqualTo(40_000_000);
      assertThat(loop.worstLagNanos(time.getAsLong())).isZero();
    }
  }

  @Test
  void isAlive_notAfterItsEnd() throws Exception {
    Loop loop = Loop.start("loop", System::nanoTime, WAIT_MS);

    loop.close();

    Await.until("it is over", () -> !loop.isAlive());
  }

  @Test
  void next_replacesALoopThatHasEnded() throws Exception {
    Loops loops = Loops.start("loop-", 1, System::nanoTime);
    Loop first = loops.next();
    first.close();
    Await.until("it is over", () -> !first.isAlive());

    Loop second = loops.next();

    assertThat(second).isNotSameAs(first);
    assertThat(second.isAlive()).isTrue();
    loops.close();
  }

  @Test
  void next_replacementThatFails_leavesNothingAndIsTriedLater() throws Exception {
    var time = new ManualNanos();
    Loops loops = Loops.start("failing-", 1, time);
    Loop first = loops.next();
    first.close();
    Await.until("it is over", () -> !first.isAlive());

    // An interrupt makes each wait of a virtual thread fail.
    Thread interrupted =
        Thread.ofVirtual()
            .start(
                () -> {
                  Thread.currentThread().interrupt();
                  loops.next();
                });
    interrupted.join();

    assertThat(loops.next()).as("it rests").isSameAs(first);
    Await.until("no thread is left", () -> threads("failing-0").isEmpty());
    time.advanceMs(1_000);
    assertThat(loops.next().isAlive()).isTrue();
    loops.close();
  }

  @Test
  void start_thatFails_leavesNoLoop() throws Exception {
    assertNothingLeft(starter -> Loops.start("begun-", 3, System::nanoTime, starter));
  }

  /** The loops for https fail to start, and those for http run already. */
  @Test
  void start_thatFails_leavesNoLoopOfTheOtherKind() throws Exception {
    assertNothingLeft(
        starter ->
            Wires.start(
                ProbeOptions.DEFAULT,
                new Tls(List.of(), InstantSource.system()),
                new Deadlines(System::nanoTime, _ -> {}),
                System::nanoTime,
                starter));
  }

  @FunctionalInterface
  private interface Start {
    Object with(Loops.Starter starter) throws Exception;
  }

  /** Lets the start of each loop fail in turn. */
  private static void assertNothingLeft(Start start) throws Exception {
    boolean hasFailed = true;
    for (int failing = 0; hasFailed; failing++) {
      List<Loop> started = new ArrayList<>();
      int most = failing;
      Loops.Starter starter =
          (name, waitMs) -> {
            if (started.size() == most) {
              throw new IOException("planted");
            }
            started.add(Loop.start(name, System::nanoTime, waitMs));
            return started.getLast();
          };
      try {
        assertThat(start.with(starter)).isNotNull();
        hasFailed = false;
        for (Loop loop : started) {
          loop.close();
        }
        assertThat(started).hasSizeGreaterThan(1);
      } catch (IOException planted) {
        assertThat(planted).hasMessage("planted");
      }
      for (Loop loop : started) {
        Await.until("it is over", () -> !loop.isAlive());
      }
    }
  }

  private static List<Thread> threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .toList();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
