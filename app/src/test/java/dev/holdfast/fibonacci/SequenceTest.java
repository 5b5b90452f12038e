package dev.holdfast.fibonacci;

import static dev.holdfast.fibonacci.Calls.advance;
import static dev.holdfast.fibonacci.Calls.body;
import static dev.holdfast.fibonacci.Calls.done;
import static dev.holdfast.fibonacci.Calls.numbersAfter;
import static dev.holdfast.fibonacci.Calls.parked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.holdfast.disk.Later;
import dev.holdfast.disk.LogConfig;
import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.metrics.Meters;
import dev.holdfast.testkit.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1_800, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SequenceTest {
  private static final Path DIR = Path.of("/fibonacci");
  private static final int BATCH_MAX = Positions.LOG.requestsPerForceMax();

  private final SlowDisk disk = new SlowDisk(new SimulatedDisk());
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void next_whileTheDiskIsBusy_sharesOneForce_andReadersSeeWhatIsForced() throws Exception {
    try (Sequence sequence = open(1_000);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      advance(sequence, 1);
      int before = disk.forces.get();
      disk.holding = true;
      var answers = new ArrayList<Future<NextOutcome>>();
      answers.add(threads.submit(sequence::next));
      disk.held.acquire();
      assertThat(sequence.state().orElseThrow().position()).isEqualTo(1);
      var asking = new ConcurrentLinkedQueue<Thread>();
      for (int i = 0; i < 50; i++) {
        answers.add(
            threads.submit(
                () -> {
                  asking.add(Thread.currentThread());
                  return sequence.next();
                }));
      }
      Await.until(
          "all wait for the disk",
          () ->
              asking.size() == 50
                  && asking.stream().allMatch(t -> t.getState() == Thread.State.WAITING));
      assertThat(sequence.state().orElseThrow().position()).as("not on disk yet").isEqualTo(1);
      disk.holding = false;
      disk.letGo.release();
      var numbers = new TreeSet<String>();
      for (Future<NextOutcome> answer : answers) {
        numbers.add(body(answer.get()));
      }
      assertThat(numbers).isEqualTo(new TreeSet<>(numbersAfter(1, 51)));
      // The force that was held, and few for all requests that came meanwhile.
      assertThat(disk.forces.get() - before).isBetween(2, 10);
      assertThat(sequence.state().orElseThrow().position()).isEqualTo(52);
      assertThat(gauge()).isEqualTo(52);
      assertThat(registry.get("holdfast.fibonacci.advances").counter().count()).isEqualTo(52);
    }
  }

  /** An answer whose number is on disk waits for nothing else. */
  @Test
  void next_thatIsOnDisk_isAnswered_whileTheForceAfterItRuns() throws Exception {
    try (Sequence sequence = open(10_000)) {
      advance(sequence, 1);
      disk.holding = true;
      Future<NextOutcome> first = parked(sequence, 1).getFirst();
      disk.held.acquire();
      List<FutureTask<NextOutcome>> others = parked(sequence, BATCH_MAX + 50);
      disk.letGo.release(2);
      disk.held.acquire(2); // the third force is held, the second is over
      assertThat(body(first.get())).isEqualTo(numbersAfter(1, 1).getFirst());
      Await.until("a batch is answered", () -> done(others) == BATCH_MAX);
      assertThat(sequence.state().orElseThrow().position()).isEqualTo(2 + BATCH_MAX);
      disk.holding = false;
      disk.letGo.release();
      for (Future<NextOutcome> other : others) {
        assertThat(other.get()).isInstanceOf(NextOutcome.Advanced.class);
      }
    }
  }

  @Test
  void ask_whoseAnswerCannotBeSent_keepsNoOtherFromItsOwn() throws Exception {
    try (Sequence sequence = open(100)) {
      disk.holding = true;
      var outcomes = new LinkedBlockingQueue<NextOutcome>();
      sequence.ask(outcomes::add);
      disk.held.acquire();
      sequence.ask(
          _ -> {
            throw new IllegalStateException("no more connection");
          });
      sequence.ask(outcomes::add);
      disk.holding = false;
      disk.letGo.release();
      assertThat(body(outcomes.take())).isEqualTo("{\"next\": 1}");
      assertThat(body(outcomes.take())).isEqualTo("{\"next\": 2}");
      assertThat(body(sequence.next())).isEqualTo("{\"next\": 3}");
    }
  }

  @Test
  void ask_whileAsManyWaitAsMay_isRefusedAtOnce_andChangesNothing() throws Exception {
    var few =
        new LogConfig(
            "position-",
            Optional.empty(),
            LogConfig.Damage.REFUSE,
            LogConfig.Ack.FORCED,
            256,
            0,
            2,
            10,
            1_000,
            0);
    var later = new Later();
    var outcomes = new ArrayList<NextOutcome>();
    try (Sequence sequence =
        Sequence.open(
            disk,
            DIR,
            List.of(),
            FibonacciConfig.DEFAULT,
            new FibonacciMeters(new Meters(registry)),
            Publication.NONE,
            few,
            later)) {
      sequence.ask(outcomes::add);
      sequence.ask(outcomes::add);
      sequence.ask(outcomes::add);
      assertThat(outcomes).containsExactly(new NextOutcome.TooManyWait());
      later.run();
      assertThat(outcomes).hasSize(3);
      assertThat(sequence.state().orElseThrow().position()).isEqualTo(2);
    }
  }

  @Test
  void next_interrupted_isAnswered_andStaysInterrupted() throws Exception {
    try (Sequence sequence = open(100)) {
      Thread.currentThread().interrupt();
      NextOutcome outcome = sequence.next();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(body(outcome)).isEqualTo("{\"next\": 1}");
    }
  }

  @Test
  void close_whileManyWait_allAreAnswered() throws Exception {
    Sequence sequence = open(10_000);
    disk.holding = true;
    var all = new ArrayList<>(parked(sequence, 1));
    disk.held.acquire();
    all.addAll(parked(sequence, 50));
    Thread closing =
        Thread.ofVirtual().start(() -> assertThatNoException().isThrownBy(sequence::close));
    disk.holding = false;
    disk.letGo.release();
    for (Future<NextOutcome> each : all) {
      assertThat(each.get())
          .isInstanceOfAny(NextOutcome.Advanced.class, NextOutcome.NotWritten.class);
    }
    closing.join();
    assertThat(sequence.next()).isEqualTo(new NextOutcome.NotWritten());
  }

  @Test
  void next_moreThanABatch_allAreServed() throws Exception {
    int clients = BATCH_MAX * 3 + 7;
    try (Sequence sequence = open(10_000);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      advance(sequence, 2);
      disk.holding = true;
      var answers = new ArrayList<Future<NextOutcome>>();
      for (int i = 0; i < clients; i++) {
        answers.add(threads.submit(sequence::next));
      }
      disk.held.acquire();
      disk.holding = false;
      disk.letGo.release();
      var numbers = new TreeSet<String>();
      for (Future<NextOutcome> answer : answers) {
        numbers.add(body(answer.get()));
      }
      assertThat(numbers).isEqualTo(new TreeSet<>(numbersAfter(2, clients)));
    }
  }

  @Test
  void next_atTheBound_changesNothing() throws Exception {
    try (Sequence sequence = open(3)) {
      advance(sequence, 3);
      int forces = disk.forces.get();
      assertThat(sequence.next()).isEqualTo(new NextOutcome.AtBound(3));
      assertThat(sequence.state().orElseThrow().position()).isEqualTo(3);
      assertThat(disk.forces).hasValue(forces);
    }
    try (Sequence higher = open(4)) {
      assertThat(body(higher.next())).isEqualTo("{\"next\": 3}");
      assertThat(higher.next()).isEqualTo(new NextOutcome.AtBound(4));
    }
    try (Sequence lower = open(2)) {
      assertThat(lower.state().orElseThrow().position()).isEqualTo(4);
      assertThat(lower.next()).isEqualTo(new NextOutcome.AtBound(4));
    }
  }

  @Test
  void next_forSeveral_withRoomForSome() throws Exception {
    try (Sequence sequence = open(10);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<NextOutcome>> calls = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        calls.add(sequence::next);
      }
      Map<Class<?>, Integer> outcomes = new HashMap<>();
      for (Future<NextOutcome> answer : threads.invokeAll(calls)) {
        outcomes.merge(answer.get().getClass(), 1, Integer::sum);
      }
      assertThat(outcomes)
          .containsEntry(NextOutcome.Advanced.class, 10)
          .containsEntry(NextOutcome.AtBound.class, 30);
    }
  }

  @Test
  void next_afterClose_isNotWritten() throws Exception {
    Sequence sequence = open(100);
    advance(sequence, 2);
    sequence.close();
    assertThat(sequence.next()).isEqualTo(new NextOutcome.NotWritten());
    assertThat(sequence.state().orElseThrow().position()).isEqualTo(2);
  }

  /** One look shows one moment, while the sequence advances. */
  @Test
  void state_isOfOneMoment() throws Exception {
    try (Sequence sequence = open(5_000);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Void> advancing =
          threads.submit(
              () -> {
                advance(sequence, 2_000);
                return null;
              });
      long looks = 0;
      while (!advancing.isDone() || looks == 0) {
        State state = sequence.state().orElseThrow();
        State right = State.at(state.position());
        assertThat(state.current().current()).isEqualTo(right.current().current());
        assertThat(state.previous().previous()).isEqualTo(right.previous().previous());
        looks++;
      }
      advancing.get();
      assertThat(sequence.state().orElseThrow().position()).isEqualTo(2_000);
    }
  }

  private Sequence open(long positionMax) throws IOException {
    return Sequence.open(
        disk,
        DIR,
        List.of(),
        new FibonacciConfig(positionMax, false),
        new FibonacciMeters(new Meters(registry)),
        Publication.NONE);
  }

  private double gauge() {
    return registry.get("holdfast.fibonacci.position").gauge().value();
  }
}
