package dev.holdfast.fibonacci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.QuietLogs;
import dev.holdfast.disk.Disk;
import dev.holdfast.disk.RecordLog;
import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.disk.SimulatedDisk.Left;
import dev.holdfast.disk.SimulatedDisk.PowerCut;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Readers of nginx and of the sidecar look at every step of the disk, and the process is killed, or
 * the power goes, at every step. No reader goes back, none sees what is not forced, and none misses
 * what was acknowledged.
 */
class PublishedStatesTest {
  @RegisterExtension
  static final QuietLogs QUIET =
      QuietLogs.of(RecordLog.class, Sequence.class, PublishedStates.class);

  private static final int[] BATCHES = {1, 3, 1};

  private long crashPoints;

  @Test
  void readersAtEveryStep_seeOneSequence() throws Exception {
    runAll(UnaryOperator.identity(), (_, right) -> right);
    System.out.printf("published sequence: %d crash points%n", crashPoints);
    assertThat(crashPoints).isGreaterThan(200);
  }

  @ParameterizedTest
  @EnumSource
  void plantedBug_isCaught(PublicationBug bug) {
    assertThatThrownBy(() -> runAll(UnaryOperator.identity(), bug::of))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void plantedDiskThatForcesNothing_isCaught() {
    assertThatThrownBy(() -> runAll(UnforcedBatches::new, (_, right) -> right))
        .isInstanceOf(AssertionError.class);
  }

  /** No room, at every step: what is shown is right, or nothing is shown and the owner is asked. */
  @Test
  void anyStepFails_readersSeeOneSequence_andItIsShownAgain() throws Exception {
    boolean failed = true;
    for (int at = 0; failed; at++) {
      for (int length = 1; length <= 4; length++) {
        var world = new PublishedWorld(new SimulatedDisk());
        var failing = new FailingChanges(world.disk, PublishedWorld.EPOCHS);
        try (Sequence sequence = world.open(failing, (_, right) -> right)) {
          failing.fail(at, length);
          for (int batch : BATCHES) {
            world.advance(sequence, batch);
            world.look();
          }
          failed = failing.hasFailed();
          failing.fail(Integer.MAX_VALUE, 0);
          world.advance(sequence, 1);
          world.look();
          assertThat(world.nginx("current")).as("at %d, %d steps", at, length).isPresent();
          assertThat(world.disk.paths().stream().filter(PublishedWorld::isState)).hasSize(1);
        }
        world.reopen(failing);
      }
    }
  }

  /** The link can neither be replaced nor removed, so no reader is told anything new. */
  @Test
  void neitherShownNorWithdrawn_isNotAcknowledged_andTheNextAnswerShowsIt() throws Exception {
    var world = new PublishedWorld(new SimulatedDisk());
    var failing = new FailingChanges(world.disk, PublishedWorld.EPOCHS);
    try (Sequence sequence = world.open(failing, (_, right) -> right)) {
      world.advance(sequence, 1);
      failing.fail(0, Integer.MAX_VALUE);
      var outcomes = new ArrayList<NextOutcome>();
      for (int i = 0; i < 5; i++) {
        sequence.ask(outcomes::add);
      }
      world.later.run();
      assertThat(outcomes).hasSize(5).containsOnly(new NextOutcome.NotWritten());
      assertThat(sequence.state()).isEmpty();
      assertThat(sequence.glance()).isEmpty();
      assertThat(world.nginx("current")).hasValue(PublishedWorld.FIRST + 1);
      failing.fail(Integer.MAX_VALUE, 0);
      world.acknowledged += 5;
      world.advance(sequence, 1);
      world.look();
      assertThat(world.nginx("previous")).hasValue(PublishedWorld.FIRST + 7);
    }
    world.reopen(failing);
  }

  /** At the last position nothing is left to write; a request shows what could not be shown. */
  @Test
  void atTheBound_isShownAgain() throws Exception {
    var world =
        new PublishedWorld(
            new SimulatedDisk(), new FibonacciConfig(PublishedWorld.FIRST + 1, false));
    var failing = new FailingChanges(world.disk, PublishedWorld.EPOCHS);
    try (Sequence sequence = world.open(failing, (_, right) -> right)) {
      failing.fail(0, Integer.MAX_VALUE);
      var outcomes = new ArrayList<NextOutcome>();
      sequence.ask(outcomes::add);
      world.later.run();
      sequence.ask(outcomes::add);
      world.later.run();
      failing.fail(Integer.MAX_VALUE, 0);
      sequence.ask(outcomes::add);
      world.later.run();
      var none = new NextOutcome.NotWritten();
      assertThat(outcomes)
          .containsExactly(none, none, new NextOutcome.AtBound(PublishedWorld.FIRST + 1));
      assertThat(world.nginx("current")).hasValue(PublishedWorld.FIRST + 1);
    }
  }

  @Test
  void open_withdrawsOtherEpochs_andRemovesWhatAKilledProcessLeft() throws Exception {
    var world = new PublishedWorld(new SimulatedDisk());
    try (Sequence sequence = world.open(world.disk, (_, right) -> right)) {
      world.advance(sequence, 2);
      var killed = new PublishedWorld(world.disk.copy());
      killed.acknowledged = world.acknowledged;
      Path before = killed.published();
      assertThat(killed.nginx("current")).isPresent();
      killed.epoch = "another";
      try (Sequence next = killed.open(killed.disk, (_, right) -> right)) {
        assertThat(killed.disk.names(before)).isEmpty();
        assertThat(next.state()).isPresent();
        killed.look();
      }
    }
    assertThat(world.disk.names(world.published())).as("after a stop").isEmpty();
    assertThat(world.disk.paths()).noneMatch(PublishedWorld::isState);
  }

  /** An nginx of another epoch would go on showing what an acknowledged number contradicts. */
  @Test
  void open_cannotWithdrawAnotherEpoch_isRefused() throws Exception {
    var world = new PublishedWorld(new SimulatedDisk());
    world.open(world.disk, (_, right) -> right);
    world.epoch = "another";
    var failing = new FailingChanges(world.disk, PublishedWorld.EPOCHS);
    failing.fail(0, Integer.MAX_VALUE);
    assertThatThrownBy(() -> world.open(failing, (_, right) -> right))
        .isInstanceOf(IOException.class);
  }

  private void runAll(UnaryOperator<Disk> wrong, PublishedWorld.Making publication)
      throws Exception {
    boolean reached = true;
    for (long at = 0; reached; at++) {
      reached = readAt(at, wrong, publication);
    }
    for (Left left : Left.values()) {
      boolean cut = true;
      for (long at = 0; cut; at++) {
        cut = crashAt(at, left, wrong, publication);
      }
    }
  }

  /** Readers look at a step of the disk and at every answer. Returns false behind the last step. */
  private boolean readAt(long at, UnaryOperator<Disk> wrong, PublishedWorld.Making publication)
      throws Exception {
    var world = new PublishedWorld(new SimulatedDisk());
    try (Sequence sequence = world.open(wrong.apply(world.disk), publication)) {
      world.disk.disturbAt(at, world::lookUnchecked);
      for (int batch : BATCHES) {
        world.advance(sequence, batch);
      }
      boolean reached = world.disk.steps() > at;
      world.disk.disturbAt(Long.MAX_VALUE, () -> {});
      world.look();
      crashPoints++;
      return reached;
    }
  }

  private boolean crashAt(
      long at, Left left, UnaryOperator<Disk> wrong, PublishedWorld.Making publication)
      throws Exception {
    var world = new PublishedWorld(new SimulatedDisk());
    boolean cut = false;
    try {
      Sequence sequence = world.open(wrong.apply(world.disk), publication);
      world.disk.cutAt(at);
      for (int batch : BATCHES) {
        world.advance(sequence, batch);
      }
    } catch (PowerCut e) {
      cut = true;
    }
    cut |= world.disk.isOff();
    world.disk.restart(left, new Random(at));
    if (left != Left.EVERYTHING) {
      world.epoch = "boot-2"; // the power was gone
    }
    world.look();
    world.reopen(wrong.apply(world.disk));
    crashPoints++;
    return cut;
  }
}
