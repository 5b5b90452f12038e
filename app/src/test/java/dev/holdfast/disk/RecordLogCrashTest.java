package dev.holdfast.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.QuietLogs;
import dev.holdfast.disk.SimulatedDisk.Left;
import dev.holdfast.disk.SimulatedDisk.PowerCut;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A log of words, in batches, over rotations and restarts. A power cut comes at every step of the
 * disk, and one more at every step of the next life. Instead of either cut the process may only be
 * killed, which forces nothing.
 *
 * <ul>
 *   <li>A life finds all acknowledged words and, at most, the whole batch in progress.
 *   <li>A life shows the words that it has found. From then on they count as acknowledged.
 * </ul>
 */
@Tag("simulation")
class RecordLogCrashTest {
  private static final Path DIR = Path.of("/service/log");

  @RegisterExtension static final QuietLogs QUIET = QuietLogs.of(RecordLog.class);

  /** The batches of one life, by their number of words. A file takes about two batches. */
  private static final int[] BATCHES = {1, 3, 1, 2};

  private static final LogConfig CONFIG =
      new LogConfig(
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

  private static final LogConfig LENIENT = CONFIG.with(LogConfig.Damage.SET_ASIDE);

  /** Mistakes of a test disk. They are those of a log that lacks one of its steps. */
  enum Bug {
    FORCES_NO_FILE {
      @Override
      Disk on(Disk disk) {
        return new ForwardingDisk(disk) {
          @Override
          public NewFile create(Path file) throws IOException {
            return skippingForces(super.create(file), Integer.MAX_VALUE);
          }
        };
      }
    },
    NAMES_A_FILE_THAT_IS_NOT_FORCED {
      @Override
      Disk on(Disk disk) {
        return new ForwardingDisk(disk) {
          @Override
          public NewFile create(Path file) throws IOException {
            return skippingForces(super.create(file), 1);
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
            new LogFiles(disk, to.getParent(), CONFIG).removeAllBut(0);
            super.rename(from, to);
          }
        };
      }
    },
    /** The owner seems to show each record when it is replayed. */
    SHOWS_WHAT_A_START_FOUND_BEFORE_IT_IS_FORCED;

    Disk on(Disk disk) {
      return disk;
    }
  }

  private long crashPoints;

  @Test
  void everyCrash_keepsWhatWasAcknowledged() throws Exception {
    runAll(Optional.empty(), CONFIG);
    System.out.printf("log: %d crash points%n", crashPoints);
    assertThat(crashPoints).isGreaterThan(10_000);
  }

  @Test
  void everyCrash_whereWrittenIsEnough_keepsThePrefix() throws Exception {
    runAll(Optional.empty(), CONFIG.with(LogConfig.Ack.WRITTEN));
    assertThat(crashPoints).isGreaterThan(10_000);
  }

  @ParameterizedTest
  @EnumSource
  void plantedBug_isCaught(Bug bug) {
    assertThatThrownBy(() -> runAll(Optional.of(bug), CONFIG))
        .isInstanceOfAny(AssertionError.class, DamagedLogException.class);
  }

  /** Neither the damaged file nor its intact records may go, whenever the power does. */
  @Test
  void everyCrash_ofAStartThatSetsAside_keepsBoth() throws Exception {
    byte[] damaged = damagedFile();
    for (Left left : Left.values()) {
      boolean cut = true;
      for (long at = 0; cut; at++) {
        var disk = new SimulatedDisk();
        leave(disk, damaged);
        disk.cutAt(at);
        cut = isCut(disk);
        disk.restart(left, new Random(at));
        var found = new Words();
        RecordLog.open(disk, DIR, LENIENT, found).close();
        String story = "cut at %d, left %s".formatted(at, left);
        assertThat(found.words).as(story).containsExactly("one", "three");
        assertThat(disk.bytes(DIR.resolve("set-aside-log-1"))).as(story).isEqualTo(damaged);
      }
    }
  }

  private static boolean isCut(SimulatedDisk disk) throws IOException {
    try (RecordLog<Words.Ask> _ = RecordLog.open(disk, DIR, LENIENT, new Words())) {
      return disk.isOff();
    } catch (PowerCut e) {
      return true;
    }
  }

  private static void leave(SimulatedDisk disk, byte[] bytes) throws IOException {
    disk.createDirectories(DIR);
    NewFile file = disk.create(DIR.resolve("log-1"));
    file.write(ByteBuffer.wrap(bytes));
    file.force();
    disk.forceDirectory(DIR);
  }

  private static byte[] damagedFile() {
    var file = new ByteArrayOutputStream();
    file.writeBytes(LogScan.HEAD);
    file.writeBytes(frame(file, LogFrame.LAST_OF_SNAPSHOT, "one"));
    byte[] second = frame(file, LogFrame.BATCH, "two");
    second[LogFrame.HEADER_BYTES]++;
    file.writeBytes(second);
    file.writeBytes(frame(file, LogFrame.BATCH, "three"));
    return file.toByteArray();
  }

  private static byte[] frame(ByteArrayOutputStream file, byte kind, String word) {
    return LogFrame.encode(file.size(), kind, file.size(), List.of(word.getBytes(UTF_8))).array();
  }

  private void runAll(Optional<Bug> bug, LogConfig config) throws Exception {
    for (Left left : Left.values()) {
      for (Left leftAgain : Left.values()) {
        boolean drawn = left == Left.SOME || leftAgain == Left.SOME;
        for (long seed = 0; seed < (drawn ? 2 : 1); seed++) {
          crashAtEveryStep(left, leftAgain, seed, bug, config);
        }
      }
    }
  }

  private void crashAtEveryStep(
      Left left, Left leftAgain, long seed, Optional<Bug> bug, LogConfig config) throws Exception {
    boolean cut = true;
    for (long at = 0; cut; at++) {
      var first = new Life(new SimulatedDisk(), bug, config);
      cut = first.live(at);
      boolean cutAgain = true;
      for (long again = 0; cutAgain; again++) {
        Life second = first.next(left, new Random(seed + at));
        cutAgain = second.live(again);
        Life third = second.next(leftAgain, new Random(seed + at + again));
        third.story =
            "cut at %d, left %s; again at %d, left %s; seed %d"
                .formatted(at, left, again, leftAgain, seed);
        third.live(Long.MAX_VALUE);
        crashPoints++;
      }
    }
  }

  /** One life of a process, on a disk. */
  private static final class Life {
    private final SimulatedDisk disk;
    private final Optional<Bug> bug;
    private final LogConfig config;
    private String story = "";

    /** The right findings: the shortest one, and further words of a batch. */
    private List<String> acknowledged = List.of();

    private List<String> tried = List.of();
    private int there; // how many acknowledged words are on the disk, forced or not
    private int surelyForced; // how many survive a power failure

    Life(SimulatedDisk disk, Optional<Bug> bug, LogConfig config) {
      this.disk = disk;
      this.bug = bug;
      this.config = config;
    }

    Life next(Left left, Random random) {
      var next = new Life(disk.copy(), bug, config);
      next.disk.restart(left, random);
      next.acknowledged = acknowledged;
      next.tried = tried;
      boolean isPowerFailure = left != Left.EVERYTHING;
      boolean mayLose = config.ack() == LogConfig.Ack.WRITTEN && isPowerFailure;
      next.surelyForced = surelyForced;
      next.there = mayLose ? Math.min(there, surelyForced) : there;
      return next;
    }

    private Disk disk() {
      return bug.map(planted -> planted.on(disk)).orElse(disk);
    }

    /** Returns true if the power was cut. */
    boolean live(long cutAt) throws IOException {
      disk.cutAt(cutAt);
      var words = new Words();
      var later = new Later();
      try (RecordLog<Words.Ask> log = RecordLog.open(disk(), DIR, config, words, later)) {
        assertLegal(words.words);
        acknowledged = List.copyOf(words.words);
        tried = acknowledged;
        there = acknowledged.size();
        surelyForced = there;
        for (int batch : BATCHES) {
          write(log, words, later, batch);
        }
        return disk.isOff();
      } catch (PowerCut e) {
        boolean isShown = bug.equals(Optional.of(Bug.SHOWS_WHAT_A_START_FOUND_BEFORE_IT_IS_FORCED));
        if (isShown && words.words.size() > acknowledged.size()) {
          acknowledged = List.copyOf(words.words);
          there = acknowledged.size();
        }
        return true;
      }
    }

    private void write(RecordLog<Words.Ask> log, Words words, Later later, int count) {
      var more = new ArrayList<>(words.words);
      for (int i = 0; i < count; i++) {
        String word = "w" + more.size();
        more.add(word);
        log.ask(
            new Words.Ask(word, failed -> assertThat(failed.isPresent()).isEqualTo(disk.isOff())));
      }
      if (!disk.isOff()) {
        tried = more;
      }
      int snapshots = words.snapshots;
      later.run();
      if (!disk.isOff()) {
        acknowledged = List.copyOf(words.words);
        there = acknowledged.size();
      }
      if (!disk.isOff() && words.snapshots > snapshots) {
        surelyForced = acknowledged.size();
      }
    }

    private void assertLegal(List<String> found) {
      assertThat(found).as(story).isSubsetOf(tried).hasSizeGreaterThanOrEqualTo(there);
      assertThat(found).as(story).isEqualTo(tried.subList(0, found.size()));
      if (config.ack() == LogConfig.Ack.FORCED) {
        assertThat(found).as("%s: a batch is whole", story).isIn(acknowledged, tried);
      }
    }
  }

  private static NewFile skippingForces(NewFile file, int count) {
    return new ForwardingFile(file) {
      private int left = count;

      @Override
      public void force() throws IOException {
        if (left > 0) {
          left--;
        } else {
          super.force();
        }
      }
    };
  }
}
