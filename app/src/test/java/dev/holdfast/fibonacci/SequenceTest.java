package dev.holdfast.fibonacci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.NewFile;
import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.metrics.Meters;
import dev.holdfast.testkit.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SequenceTest {
  private static final Path DIR = Path.of("/fibonacci");

  private final SimulatedDisk simulated = new SimulatedDisk();
  private final SlowDisk disk = new SlowDisk(simulated);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  /** A disk whose file forces can be held, can fail, and are counted. */
  private static final class SlowDisk extends ForwardingDisk {
    final AtomicInteger forces = new AtomicInteger();
    final Semaphore held = new Semaphore(0); // a permit for each force that is or was held
    final Semaphore letGo = new Semaphore(0); // takes a permit for each force that is to go on
    volatile boolean holding;
    volatile boolean failing;
    volatile boolean failingDirectories;
    volatile boolean failingUnchecked; // in every force
    volatile boolean failingLists; // unchecked

    SlowDisk(Disk disk) {
      super(disk);
    }

    @Override
    public void forceDirectory(Path dir) throws IOException {
      if (failingDirectories) {
        throw new IOException("no more directories");
      }
      super.forceDirectory(dir);
    }

    @Override
    public void list(Path dir, Consumer<String> fileName) throws IOException {
      if (failingLists) {
        throw new IllegalStateException("no more lists");
      }
      super.list(dir, fileName);
    }

    @Override
    public NewFile create(Path path) throws IOException {
      NewFile file = super.create(path);
      return new NewFile() {
        @Override
        public void write(ByteBuffer bytes) throws IOException {
          file.write(bytes);
        }

        @Override
        public void setModified(long seconds) throws IOException {
          file.setModified(seconds);
        }

        @Override
        public void force() throws IOException {
          forces.incrementAndGet();
          if (holding) {
            held.release();
            awaitLetGo();
          }
          if (failingUnchecked) {
            throw new IllegalStateException("no more disk, unexpectedly");
          }
          if (failing) {
            throw new IOException("no more disk");
          }
          file.force();
        }

        @Override
        public void close() throws IOException {
          file.close();
        }
      };
    }

    private void awaitLetGo() throws IOException {
      try {
        letGo.acquire();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

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
      assertThat(sequence.state().position()).isEqualTo(1);
      var arrived = new CountDownLatch(50);
      for (int i = 0; i < 50; i++) {
        answers.add(
            threads.submit(
                () -> {
                  arrived.countDown();
                  return sequence.next();
                }));
      }
      arrived.await();
      assertThat(sequence.state().position()).as("not on disk yet").isEqualTo(1);
      disk.holding = false;
      disk.letGo.release();
      var numbers = new TreeSet<String>();
      for (Future<NextOutcome> answer : answers) {
        numbers.add(body(answer.get()));
      }
      assertThat(numbers).isEqualTo(new TreeSet<>(numbersAfter(1, 51)));
      // The one that was held, one for all who came meanwhile, and few for who came late to it.
      assertThat(disk.forces.get() - before).isBetween(2, 10);
      assertThat(sequence.state().position()).isEqualTo(52);
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
      List<FutureTask<NextOutcome>> others = parked(sequence, Sequence.BATCH_MAX + 50);
      disk.letGo.release(2);
      disk.held.acquire(2); // the third force is held, the second is over
      assertThat(body(first.get())).isEqualTo(numbersAfter(1, 1).getFirst());
      Await.until("a batch is answered", () -> done(others) == Sequence.BATCH_MAX);
      assertThat(sequence.state().position()).isEqualTo(2 + Sequence.BATCH_MAX);
      disk.holding = false;
      disk.letGo.release();
      for (Future<NextOutcome> other : others) {
        assertThat(other.get()).isInstanceOf(NextOutcome.Advanced.class);
      }
    }
  }

  @Test
  void next_diskFailsUnexpectedly_allWhoWaitAreAnswered_andTheNextGoesOn() throws Exception {
    try (Sequence sequence = open(10_000)) {
      advance(sequence, 5);
      disk.holding = true;
      var all = new ArrayList<>(parked(sequence, 1));
      disk.held.acquire();
      all.addAll(parked(sequence, Sequence.BATCH_MAX + 50));
      disk.failingUnchecked = true;
      disk.holding = false;
      disk.letGo.release();
      assertNotWritten(all);
      disk.failingUnchecked = false;
      disk.failingLists = true; // a new file is begun, which the old one gives way to
      assertNotWritten(parked(sequence, 20));
      assertThat(sequence.state().position()).isEqualTo(5);
      disk.failingLists = false;
      assertThat(body(sequence.next())).isEqualTo("{\"next\": 8}");
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
    Thread closing = Thread.ofVirtual().start(sequence::close);
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
    int clients = Sequence.BATCH_MAX * 3 + 7;
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
      assertThat(sequence.state().position()).isEqualTo(3);
      assertThat(disk.forces).hasValue(forces);
    }
    try (Sequence higher = open(4)) {
      assertThat(body(higher.next())).isEqualTo("{\"next\": 3}");
      assertThat(higher.next()).isEqualTo(new NextOutcome.AtBound(4));
    }
    try (Sequence lower = open(2)) {
      assertThat(lower.state().position()).isEqualTo(4);
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
  void next_forceFails_noNumberIsHandedOut_andTheFileIsNotUsedAgain() throws Exception {
    try (Sequence sequence = open(100)) {
      advance(sequence, 5);
      List<String> before = simulated.names(DIR);
      disk.failing = true;
      assertThat(sequence.next()).isEqualTo(new NextOutcome.NotWritten());
      assertThat(sequence.next()).isEqualTo(new NextOutcome.NotWritten());
      assertThat(sequence.state().position()).isEqualTo(5);
      disk.failing = false;
      assertThat(body(sequence.next())).isEqualTo("{\"next\": 8}");
      assertThat(simulated.names(DIR)).hasSize(1).doesNotContainAnyElementsOf(before);
    }
    simulated.restart(SimulatedDisk.Left.NOTHING, new java.util.Random(1));
    try (Sequence again = open(100)) {
      assertThat(again.state().position()).isEqualTo(6);
    }
  }

  @Test
  void next_directoryForceFails_noNumberIsHandedOut() throws Exception {
    try (Sequence sequence = open(100)) {
      advance(sequence, 5);
      disk.failing = true;
      assertThat(sequence.next()).isEqualTo(new NextOutcome.NotWritten());
      disk.failing = false;
      disk.failingDirectories = true;
      assertThat(sequence.next()).isEqualTo(new NextOutcome.NotWritten());
      assertThat(sequence.state().position()).isEqualTo(5);
      disk.failingDirectories = false;
      assertThat(body(sequence.next())).isEqualTo("{\"next\": 8}");
      assertThat(simulated.names(DIR)).hasSize(1);
    }
  }

  @Test
  void next_afterClose_isNotWritten() throws Exception {
    Sequence sequence = open(100);
    advance(sequence, 2);
    sequence.close();
    assertThat(sequence.next()).isEqualTo(new NextOutcome.NotWritten());
    assertThat(sequence.state().position()).isEqualTo(2);
  }

  /** What one look shows belongs together, whatever is advanced meanwhile. */
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
        State state = sequence.state();
        State right = State.at(state.position());
        assertThat(state.current().current()).isEqualTo(right.current().current());
        assertThat(state.previous().previous()).isEqualTo(right.previous().previous());
        looks++;
      }
      advancing.get();
      assertThat(sequence.state().position()).isEqualTo(2_000);
    }
  }

  private Sequence open(long positionMax) throws IOException {
    return Sequence.open(
        disk, DIR, List.of(), new FibonacciConfig(positionMax), new Meters(registry));
  }

  /** So many requests, all of which wait: one for its force, or all for somebody else's. */
  private static List<FutureTask<NextOutcome>> parked(Sequence sequence, int count)
      throws Exception {
    var requests = new ArrayList<FutureTask<NextOutcome>>();
    for (int i = 0; i < count; i++) {
      var request = new FutureTask<NextOutcome>(sequence::next);
      requests.add(request);
      Thread thread = Thread.ofVirtual().start(request);
      Await.until("it waits", () -> thread.getState() == Thread.State.WAITING || !thread.isAlive());
    }
    return requests;
  }

  private static long done(List<FutureTask<NextOutcome>> requests) {
    return requests.stream().filter(Future::isDone).count();
  }

  private static void assertNotWritten(List<FutureTask<NextOutcome>> requests) throws Exception {
    for (Future<NextOutcome> request : requests) {
      assertThat(request.get()).isEqualTo(new NextOutcome.NotWritten());
    }
  }

  private double gauge() {
    return registry.get("holdfast.fibonacci.position").gauge().value();
  }

  private static void advance(Sequence sequence, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(sequence.next()).isInstanceOf(NextOutcome.Advanced.class);
    }
  }

  private static List<String> numbersAfter(long position, int count) {
    var numbers = new ArrayList<String>();
    for (long i = position + 1; i <= position + count; i++) {
      numbers.add(new String(State.at(i).current().next(), US_ASCII));
    }
    return numbers;
  }

  private static String body(NextOutcome outcome) {
    return outcome instanceof NextOutcome.Advanced advanced
        ? new String(advanced.number().next(), US_ASCII)
        : outcome.toString();
  }
}
