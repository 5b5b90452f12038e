package dev.holdfast.fibonacci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.QuietLogs;
import dev.holdfast.disk.DamagedLogException;
import dev.holdfast.disk.Disk;
import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.ForwardingFile;
import dev.holdfast.disk.Later;
import dev.holdfast.disk.LogConfig;
import dev.holdfast.disk.NewFile;
import dev.holdfast.disk.RecordLog;
import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.disk.SimulatedDisk.Left;
import dev.holdfast.disk.SimulatedDisk.PowerCut;
import dev.holdfast.metrics.Meters;
import dev.holdfast.testkit.Effort;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The sequence advances, in batches and over restarts. A power cut comes at every step of the disk,
 * and one more at every step of the next life. Instead of either cut the process may only be
 * killed, which forces nothing.
 *
 * <ul>
 *   <li>The first life takes up the positions that an older version has left, here and with another
 *       sidecar.
 *   <li>A life finds the last acknowledged position, or one that was being written at a cut since
 *       then.
 *   <li>Readers see the position that a life has found. From then on it counts as acknowledged.
 * </ul>
 */
@Tag("long")
@Tag("simulation")
class CrashPointTest {
  private static final Path OWN = Path.of("/staging/sidecar-1/fibonacci");
  private static final Path OTHER = Path.of("/staging/sidecar-2/fibonacci");

  @RegisterExtension static final QuietLogs QUIET = QuietLogs.of(RecordLog.class, Sequence.class);

  private static final FibonacciMeters METERS =
      new FibonacciMeters(new Meters(new SimpleMeterRegistry()));
  private static final FibonacciConfig CONFIG = new FibonacciConfig(1_000, false);

  /** Positions that an older version has left. */
  private static final long OWN_POSITION = 2;

  private static final long OTHER_POSITION = 3;

  /** The batches of one life, by their number of requests. A file takes two batches. */
  private static final int[] BATCHES = {1, 3, 1, 2};

  private static final LogConfig FILES =
      new LogConfig(
          "position-",
          Optional.of(OlderPositions::read),
          LogConfig.Damage.REFUSE,
          LogConfig.Ack.FORCED,
          256,
          0,
          100,
          10,
          50,
          0);

  /** A mistake of a test disk. */
  enum Bug {
    FORCES_NO_FILE {
      @Override
      Disk on(Disk disk) {
        return new ForwardingDisk(disk) {
          @Override
          public NewFile create(Path file) throws IOException {
            return withoutForce(super.create(file));
          }
        };
      }
    },
    FORCES_NO_DIRECTORY {
      @Override
      Disk on(Disk disk) {
        return new ForwardingDisk(disk) {
          @Override
          public void forceDirectory(Path dir) {}
        };
      }
    },
    DELETES_BEFORE_IT_RENAMES {
      @Override
      Disk on(Disk disk) {
        return new ForwardingDisk(disk) {
          @Override
          public void rename(Path from, Path to) throws IOException {
            for (int number = 0; number < 100; number++) {
              delete(to.resolveSibling("position-" + number));
            }
            super.rename(from, to);
          }
        };
      }
    };

    abstract Disk on(Disk disk);
  }

  private long crashPoints;

  @Test
  void everyCrash_keepsWhatWasAcknowledged() throws Exception {
    runAll(UnaryOperator.identity());
    System.out.printf("positions: %d crash points%n", crashPoints);
    assertThat(crashPoints).isGreaterThan(10_000);
  }

  @ParameterizedTest
  @EnumSource
  void plantedBug_isCaught(Bug bug) {
    assertThatThrownBy(() -> runAll(bug::on))
        .isInstanceOfAny(AssertionError.class, DamagedLogException.class);
  }

  private void runAll(UnaryOperator<Disk> wrong) throws Exception {
    for (Left left : Left.values()) {
      for (Left leftAgain : Left.values()) {
        boolean drawn = left == Left.SOME || leftAgain == Left.SOME;
        for (long seed = 0; seed < (drawn ? Effort.of(1, 500) : 1); seed++) {
          crashAtEveryStep(left, leftAgain, seed, wrong);
        }
      }
    }
  }

  private void crashAtEveryStep(Left left, Left leftAgain, long seed, UnaryOperator<Disk> wrong)
      throws Exception {
    boolean cut = true;
    for (long at = 0; cut; at++) {
      var first = new Run(new SimulatedDisk(), wrong);
      first.leaveFilesOfAnOlderVersion();
      cut = first.live(at);
      boolean cutAgain = true;
      for (long again = 0; cutAgain; again++) {
        var second = first.restarted(left, new Random(seed + at));
        cutAgain = second.live(again);
        var third = second.restarted(leftAgain, new Random(seed + at + again));
        third.check(
            "cut at %d, left %s; again at %d, left %s; seed %d"
                .formatted(at, left, again, leftAgain, seed));
        crashPoints++;
      }
    }
  }

  /** One life of a process, on a disk. */
  private static final class Run {
    private final SimulatedDisk disk;
    private final UnaryOperator<Disk> wrong;
    private final Later later = new Later();
    private long acknowledged;
    private long highestTried;

    Run(SimulatedDisk disk, UnaryOperator<Disk> wrong) {
      this.disk = disk;
      this.wrong = wrong;
    }

    void leaveFilesOfAnOlderVersion() throws IOException {
      leave(OWN.resolve("position-7"), 0, OWN_POSITION);
      leave(OTHER.resolve("position-1"), 0, OTHER_POSITION);
      acknowledged = OTHER_POSITION;
      highestTried = acknowledged;
    }

    private void leave(Path path, long... positions) throws IOException {
      disk.createDirectories(path.getParent());
      NewFile file = disk.create(path);
      for (long position : positions) {
        file.write(ByteBuffer.wrap(OlderPositions.line(position)));
      }
      file.force();
      disk.forceDirectory(path.getParent());
    }

    /** Returns true if the power was cut. */
    boolean live(long cutAt) throws IOException {
      disk.cutAt(cutAt);
      try (Sequence sequence = open(wrong.apply(disk))) {
        long found = sequence.state().orElseThrow().position();
        assertLegal(found, "taken up");
        acknowledged = found;
        highestTried = found;
        for (int batch : BATCHES) {
          if (!disk.isOff()) {
            advance(sequence, batch);
          }
        }
        return disk.isOff();
      } catch (PowerCut e) {
        return true;
      }
    }

    private void advance(Sequence sequence, int count) {
      highestTried += count;
      for (int i = 0; i < count; i++) {
        sequence.ask(
            outcome -> {
              boolean isAdvanced = outcome instanceof NextOutcome.Advanced;
              assertThat(isAdvanced).isEqualTo(!disk.isOff());
              acknowledged += isAdvanced ? 1 : 0;
            });
      }
      later.run();
      assertThat(sequence.state().orElseThrow().position()).isEqualTo(acknowledged);
    }

    private Sequence open(Disk on) throws IOException {
      return Sequence.open(on, OWN, List.of(OTHER), CONFIG, METERS, Publication.NONE, FILES, later);
    }

    Run restarted(Left left, Random random) {
      var next = new Run(disk.copy(), wrong);
      next.disk.restart(left, random);
      next.acknowledged = acknowledged;
      next.highestTried = highestTried;
      return next;
    }

    void check(String story) throws IOException {
      try (Sequence sequence = open(disk)) {
        assertLegal(sequence.state().orElseThrow().position(), story);
      }
    }

    private void assertLegal(long found, String story) {
      assertThat(found).as(story).isBetween(acknowledged, highestTried);
    }
  }

  private static NewFile withoutForce(NewFile file) {
    return new ForwardingFile(file) {
      @Override
      public void force() {}
    };
  }
}
