package dev.holdfast.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.QuietLogs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A step of the disk fails, while the power stays on. */
class RecordLogFailingDiskTest {
  private static final Path DIR = Path.of("/service/log");

  @RegisterExtension static final QuietLogs QUIET = QuietLogs.of(RecordLog.class);

  private static final Optional<LogOwner.Failure> DONE = Optional.empty();
  private static final Optional<LogOwner.Failure> UNKNOWN = Optional.of(LogOwner.Failure.UNKNOWN);
  private static final Optional<LogOwner.Failure> NOTHING =
      Optional.of(LogOwner.Failure.NOTHING_WRITTEN);

  /** The steps of a log that can fail. */
  enum Step {
    CREATE,
    WRITE,
    FORCE,
    RENAME,
    FORCE_DIRECTORY,
    DELETE
  }

  private final SimulatedDisk simulated = new SimulatedDisk();
  private final FailingDisk disk = new FailingDisk(simulated);
  private final Words words = new Words();
  private final Later later = new Later();
  private final List<Optional<LogOwner.Failure>> outcomes = new ArrayList<>();

  @Test
  void forceThatFails_theFileIsNotUsedAgain_andTheNextBatchGoesIntoANewOne() throws IOException {
    try (RecordLog<Words.Ask> log = open()) {
      write(log, "one");
      List<String> before = simulated.names(DIR);
      disk.failing = Optional.of(Step.FORCE);
      write(log, "doubtful");
      assertThat(words.words).containsExactly("one");
      write(log, "not named");
      disk.failing = Optional.empty();
      write(log, "two");
      assertThat(outcomes).containsExactly(DONE, UNKNOWN, NOTHING, DONE);
      assertThat(simulated.names(DIR)).hasSize(1).doesNotContainAnyElementsOf(before);
    }
    assertThat(foundAfter(SimulatedDisk.Left.NOTHING)).containsExactly("one", "two");
    assertThat(foundAfter(SimulatedDisk.Left.EVERYTHING)).containsExactly("one", "two");
  }

  /** A failed force left a file that says more than was acknowledged and cannot be removed. */
  @Test
  void doubtfulFile_thatStays_isNotBelieved() throws IOException {
    try (RecordLog<Words.Ask> log = open()) {
      write(log, "one");
      disk.failing = Optional.of(Step.FORCE);
      write(log, "doubtful");
      disk.failing = Optional.of(Step.DELETE);
      write(log, "two");
      assertThat(outcomes).containsExactly(DONE, UNKNOWN, DONE);
      assertThat(words.words).containsExactly("one", "two");
    }
    assertThat(simulated.names(DIR)).hasSize(2);
    assertThat(foundAfter(SimulatedDisk.Left.NOTHING)).containsExactly("one", "two");
    assertThat(foundAfter(SimulatedDisk.Left.EVERYTHING)).containsExactly("one", "two");
  }

  /**
   * After any failure no acknowledged word is lost, and no start finds a word that failed with
   * NOTHING_WRITTEN.
   */
  @ParameterizedTest
  @EnumSource
  void anyStepThatFails_inAnyState_losesNothing(Step step) throws IOException {
    var acknowledged = new ArrayList<String>();
    var possible = new ArrayList<String>();
    try (RecordLog<Words.Ask> log = open()) {
      for (int i = 0; i < 60; i++) {
        disk.failing = i % 3 == 1 || i % 7 == 2 ? Optional.of(step) : Optional.empty();
        outcomes.clear();
        write(log, "w" + i);
        if (!outcomes.equals(List.of(NOTHING))) {
          possible.add("w" + i);
        }
        if (outcomes.equals(List.of(DONE))) {
          acknowledged.add("w" + i);
        }
        assertThat(words.words).isEqualTo(acknowledged);
        for (SimulatedDisk.Left left : SimulatedDisk.Left.values()) {
          assertThat(foundAfter(left)).containsSubsequence(acknowledged).isSubsetOf(possible);
        }
      }
    }
    assertThat(acknowledged).hasSizeGreaterThan(20);
  }

  @Test
  void start_whoseForceFails_isNoStart_andTheNextOneFindsAll() throws IOException {
    try (RecordLog<Words.Ask> log = open()) {
      write(log, "one");
    }
    for (Step step : Step.values()) {
      disk.failing = Optional.of(step);
      if (step != Step.DELETE) { // a file that stays does not count
        assertThat(catchOpen()).as(step.toString()).isInstanceOf(IOException.class);
      }
      disk.failing = Optional.empty();
      assertThat(foundAfter(SimulatedDisk.Left.NOTHING)).containsExactly("one");
    }
  }

  @Test
  void written_isAnsweredWithoutAForce_andForcedWhenItIsClosed() throws IOException {
    LogConfig config = config().with(LogConfig.Ack.WRITTEN);
    try (RecordLog<Words.Ask> log = RecordLog.open(disk, DIR, config, words, later)) {
      int forces = disk.forces;
      write(log, "one");
      write(log, "two");
      assertThat(outcomes).containsExactly(DONE, DONE);
      assertThat(disk.forces).isEqualTo(forces);
      assertThat(foundAfter(SimulatedDisk.Left.EVERYTHING)).containsExactly("one", "two");
      assertThat(foundAfter(SimulatedDisk.Left.NOTHING)).isEmpty();
    }
    assertThat(foundAfter(SimulatedDisk.Left.NOTHING)).containsExactly("one", "two");
  }

  @Test
  void ownerThatFails_failsItsBatch_andTheNextOneIsServed() throws IOException {
    var failing =
        new ForwardingOwner(words) {
          @Override
          public List<byte[]> records(List<Words.Ask> requests) {
            if (requests.getFirst().word().isEmpty()) {
              throw new IllegalStateException("no word");
            }
            return super.records(requests);
          }
        };
    try (RecordLog<Words.Ask> log = RecordLog.open(disk, DIR, config(), failing, later)) {
      write(log, "");
      write(log, "one");
    }
    assertThat(outcomes).containsExactly(NOTHING, DONE);
  }

  @Test
  void answerThatFails_keepsNoOtherFromItsOwn() throws IOException {
    try (RecordLog<Words.Ask> log = open()) {
      log.ask(
          new Words.Ask(
              "one",
              _ -> {
                throw new IllegalStateException("no connection");
              }));
      later.run();
      write(log, "two");
    }
    assertThat(outcomes).containsExactly(DONE);
    assertThat(words.words).containsExactly("one", "two");
  }

  private RecordLog<Words.Ask> open() throws IOException {
    return RecordLog.open(disk, DIR, config(), words, later);
  }

  private Throwable catchOpen() {
    return org.assertj.core.api.Assertions.catchThrowable(
        () -> RecordLog.open(disk, DIR, config(), new Words(), later));
  }

  private static LogConfig config() {
    return new LogConfig(
        "log-",
        Optional.empty(),
        LogConfig.Damage.REFUSE,
        LogConfig.Ack.FORCED,
        10,
        0,
        100,
        100,
        64,
        0);
  }

  private void write(RecordLog<Words.Ask> log, String word) {
    log.ask(new Words.Ask(word, outcomes::add));
    later.run();
  }

  /** Returns the state that a start would find now. The present process goes on. */
  private List<String> foundAfter(SimulatedDisk.Left left) throws IOException {
    SimulatedDisk copy = simulated.copy();
    copy.restart(left, new Random(1));
    var found = new Words();
    RecordLog.open(copy, DIR, config(), found, later).close();
    return found.words;
  }

  /** A disk of which one step fails. */
  private static final class FailingDisk extends ForwardingDisk {
    private Optional<Step> failing = Optional.empty();
    private int forces;

    FailingDisk(Disk disk) {
      super(disk);
    }

    private void pass(Step step) throws IOException {
      if (failing.equals(Optional.of(step))) {
        throw new IOException("no more " + step);
      }
    }

    @Override
    public NewFile create(Path path) throws IOException {
      pass(Step.CREATE);
      return new ForwardingFile(super.create(path)) {
        @Override
        public void write(java.nio.ByteBuffer bytes) throws IOException {
          if (failing.equals(Optional.of(Step.WRITE))) { // half of it
            super.write(bytes.limit(bytes.limit() / 2));
          }
          pass(Step.WRITE);
          super.write(bytes);
        }

        @Override
        public void force() throws IOException {
          forces++;
          pass(Step.FORCE);
          super.force();
        }
      };
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      pass(Step.RENAME);
      super.rename(from, to);
    }

    @Override
    public void forceDirectory(Path dir) throws IOException {
      pass(Step.FORCE_DIRECTORY);
      super.forceDirectory(dir);
    }

    @Override
    public boolean delete(Path file) throws IOException {
      if (!file.endsWith(LogFiles.NEW)) {
        pass(Step.DELETE);
      }
      return super.delete(file);
    }
  }

  /** Forwards to another owner. */
  private static class ForwardingOwner implements LogOwner<Words.Ask> {
    private final LogOwner<Words.Ask> owner;

    ForwardingOwner(LogOwner<Words.Ask> owner) {
      this.owner = owner;
    }

    @Override
    public void replay(byte[] record) {
      owner.replay(record);
    }

    @Override
    public Iterable<byte[]> snapshot() {
      return owner.snapshot();
    }

    @Override
    public List<byte[]> records(List<Words.Ask> requests) {
      return owner.records(requests);
    }

    @Override
    public void forced(List<Words.Ask> requests) {
      owner.forced(requests);
    }

    @Override
    public void failed(List<Words.Ask> requests, Failure failure) {
      owner.failed(requests, failure);
    }
  }
}
