package dev.holdfast.fibonacci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.ForwardingFile;
import dev.holdfast.disk.NewFile;
import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.disk.SimulatedDisk.Left;
import dev.holdfast.disk.SimulatedDisk.PowerCut;
import dev.holdfast.testkit.Effort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Positions are written, in batches and over restarts, with a power cut at every step of the disk,
 * and one more at every step of what follows. Instead of either cut the process may only be killed,
 * which forces nothing. What is found is what was acknowledged last, or what was being written at a
 * cut since then; and once a life has found something, that is as good as acknowledged: readers
 * have seen it.
 */
@Tag("long")
class CrashPointTest {
  private static final Path OWN = Path.of("/staging/sidecar-1/fibonacci");
  private static final Path OTHER = Path.of("/staging/sidecar-2/fibonacci");

  /** Batches of one life, and of how many requests each is. */
  private static final int[] BATCHES = {1, 3, 1, 2};

  /** What a test disk does wrong. */
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
            for (String name : PositionFiles.names(disk, to.getParent())) {
              delete(to.resolveSibling(name));
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
        .isInstanceOfAny(AssertionError.class, DamagedPositionException.class);
  }

  private void runAll(UnaryOperator<Disk> wrong) throws Exception {
    for (Left left : Left.values()) {
      for (Left leftAgain : Left.values()) {
        boolean drawn = left == Left.SOME || leftAgain == Left.SOME;
        for (long seed = 0; seed < (drawn ? Effort.of(5, 500) : 1); seed++) {
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
      PositionLog.open(first.disk, OTHER, List.of()).close();
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
    private long acknowledged;
    private long highestTried;

    Run(SimulatedDisk disk, UnaryOperator<Disk> wrong) {
      this.disk = disk;
      this.wrong = wrong;
    }

    /** Returns whether the power was cut. */
    boolean live(long cutAt) throws IOException {
      disk.cutAt(cutAt);
      try (PositionLog log = PositionLog.open(wrong.apply(disk), OWN, List.of(OTHER))) {
        assertLegal(log.foundPosition(), "taken up");
        acknowledged = log.foundPosition();
        highestTried = acknowledged;
        long position = acknowledged;
        for (int batch : BATCHES) {
          position += batch;
          highestTried = position;
          log.write(position);
          acknowledged = position;
        }
        return false;
      } catch (PowerCut e) {
        return true;
      }
    }

    Run restarted(Left left, Random random) {
      var next = new Run(disk.copy(), wrong);
      next.disk.restart(left, random);
      next.acknowledged = acknowledged;
      next.highestTried = highestTried;
      return next;
    }

    void check(String story) throws IOException {
      try (PositionLog log = PositionLog.open(disk, OWN, List.of(OTHER))) {
        assertLegal(log.foundPosition(), story);
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
