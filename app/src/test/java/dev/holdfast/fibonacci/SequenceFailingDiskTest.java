package dev.holdfast.fibonacci;

import static dev.holdfast.fibonacci.Calls.advance;
import static dev.holdfast.fibonacci.Calls.body;
import static dev.holdfast.fibonacci.Calls.parked;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.metrics.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nobody gets a number that could not be written. The next request gets it. */
@Timeout(value = 1_800, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SequenceFailingDiskTest {
  private static final Path DIR = Path.of("/fibonacci");
  private static final int BATCH_MAX = Positions.LOG.requestsPerForceMax();

  private final SimulatedDisk simulated = new SimulatedDisk();
  private final SlowDisk disk = new SlowDisk(simulated);

  @Test
  void next_diskFailsUnexpectedly_allWhoWaitAreAnswered_andTheNextGoesOn() throws Exception {
    try (Sequence sequence = open(10_000)) {
      advance(sequence, 5);
      disk.holding = true;
      var all = new ArrayList<>(parked(sequence, 1));
      disk.held.acquire();
      all.addAll(parked(sequence, BATCH_MAX + 50));
      disk.failingUnchecked = true;
      disk.holding = false;
      disk.letGo.release();
      assertNotWritten(all);
      disk.failingUnchecked = false;
      disk.failingLists = true; // a new file is begun, which the old one gives way to
      assertNotWritten(parked(sequence, 20));
      assertThat(sequence.state().orElseThrow().position()).isEqualTo(5);
      disk.failingLists = false;
      assertThat(body(sequence.next())).isEqualTo("{\"next\": 8}");
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
      assertThat(sequence.state().orElseThrow().position()).isEqualTo(5);
      disk.failing = false;
      assertThat(body(sequence.next())).isEqualTo("{\"next\": 8}");
      assertThat(simulated.names(DIR)).hasSize(1).doesNotContainAnyElementsOf(before);
    }
    simulated.restart(SimulatedDisk.Left.NOTHING, new java.util.Random(1));
    try (Sequence again = open(100)) {
      assertThat(again.state().orElseThrow().position()).isEqualTo(6);
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
      assertThat(sequence.state().orElseThrow().position()).isEqualTo(5);
      disk.failingDirectories = false;
      assertThat(body(sequence.next())).isEqualTo("{\"next\": 8}");
      assertThat(simulated.names(DIR)).hasSize(1);
    }
  }

  private Sequence open(long positionMax) throws IOException {
    return Sequence.open(
        disk,
        DIR,
        List.of(),
        new FibonacciConfig(positionMax, false),
        new FibonacciMeters(new Meters(new SimpleMeterRegistry())),
        Publication.NONE);
  }

  private static void assertNotWritten(List<FutureTask<NextOutcome>> requests) throws Exception {
    for (Future<NextOutcome> request : requests) {
      assertThat(request.get()).isEqualTo(new NextOutcome.NotWritten());
    }
  }
}
