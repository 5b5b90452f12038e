package dev.holdfast.fibonacci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.NewFile;
import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.metrics.Meters;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SequenceTest {
  private static final Path DIR = Path.of("/fibonacci");

  private final SimulatedDisk simulated = new SimulatedDisk();
  private final SlowDisk disk = new SlowDisk(simulated);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  /** A disk whose file forces can be held, can fail, and are counted. */
  private static final class SlowDisk extends ForwardingDisk {
    final AtomicInteger forces = new AtomicInteger();
    final CountDownLatch held = new CountDownLatch(1);
    final CountDownLatch letGo = new CountDownLatch(1);
    volatile boolean holding;
    volatile boolean failing;
    volatile boolean failingDirectories;

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
            held.countDown();
            awaitLetGo();
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
        letGo.await();
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
      disk.held.await();
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
      disk.letGo.countDown();
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
      disk.held.await();
      disk.letGo.countDown();
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
