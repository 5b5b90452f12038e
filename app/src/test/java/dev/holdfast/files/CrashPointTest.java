package dev.holdfast.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.QuietLogs;
import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.disk.SimulatedDisk.Left;
import dev.holdfast.disk.SimulatedDisk.PowerCut;
import dev.holdfast.files.CrashWorld.Bug;
import dev.holdfast.testkit.Effort;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every sequence of up to three writes on two names, settled or not after each, with a power cut at
 * every step, then recovery, then recovery with a power cut at every step. What is found must be
 * what was acknowledged last, or what was being written at the cut; and it must reach the origin.
 * The first and the third write of a sequence are large. Before each write, clients ask for its
 * name, often enough for nginx to answer of an absent one.
 *
 * <p>The short form has every sequence of up to two writes and, of those of three, every {@link
 * #OF_THREE}th from a random one on. Two writes suffice for all that is planted.
 */
@Tag("long")
@Tag("simulation")
class CrashPointTest {
  private static final List<String> NAMES = List.of("a", "b");
  private static final int OF_THREE = 32;

  /** Makes a file large: such files are published in another directory than small ones. */
  private static final String LARGE = "x".repeat(64 << 10);

  @RegisterExtension static final QuietLogs QUIET = QuietLogs.ofAll();

  /** One step of a sequence. */
  private record Act(boolean isPut, String name, boolean settleAfter) {
    @Override
    public String toString() {
      return (isPut ? "put " : "delete ") + name + (settleAfter ? ", settle" : "");
    }
  }

  private long sequences;
  private long crashPoints;
  private long recoveryCrashPoints;
  private long servedAbsences;

  /** With settled writes kept, and with up to two of them forgotten at once. */
  @ParameterizedTest
  @CsvSource({"true, 3", "false, 2"})
  void everySequence_withACrashAtEveryStep_keepsWhatWasAcknowledged(boolean keeping, int writesMax)
      throws Exception {
    runAll(Bug.NONE, keeping, false, writesMax);
    System.out.printf(
        "crash points: %d sequences, %d crash points, %d crash points in recovery%n",
        sequences, crashPoints, recoveryCrashPoints);
    assertThat(sequences).isGreaterThan(Effort.isLong() && keeping ? 200 : 30);
    assertThat(crashPoints).isGreaterThan(Effort.isLong() && keeping ? 10_000 : 1_000);
    assertThat(recoveryCrashPoints).isGreaterThan(crashPoints);
    assertThat(servedAbsences).isGreaterThan(crashPoints / 10);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "NO_DIRECTORY_FORCE",
        "PUBLISH_BEFORE_PENDING",
        "FORGOTTEN_BEFORE_CONFIRMED",
        "PUT_REMOVED_BEFORE_DELETE_IS_MARKED",
        "PUT_WINS",
        "LARGE_STAYS",
        "ABSENCE_STAYS"
      })
  void plantedBug_isCaught(Bug bug) {
    assertThatThrownBy(() -> runAll(bug, true, false, 3)).isInstanceOf(AssertionError.class);
  }

  /** Short writes go through the log, which lets its records go now and then. */
  @ParameterizedTest
  @CsvSource({"true, 2", "false, 2"})
  void everySequence_throughTheLog_keepsWhatWasAcknowledged(boolean keeping, int writesMax)
      throws Exception {
    runAll(Bug.NONE, keeping, true, writesMax);
    System.out.printf(
        "through the log: %d sequences, %d crash points, %d crash points in recovery%n",
        sequences, crashPoints, recoveryCrashPoints);
    assertThat(sequences).isGreaterThan(30);
    assertThat(crashPoints).isGreaterThan(1_000);
    assertThat(recoveryCrashPoints).isGreaterThan(crashPoints);
  }

  @ParameterizedTest
  @EnumSource(names = {"RECORD_NOT_FORCED", "RECORD_GOES_FIRST", "FILE_WITHOUT_RECORD"})
  void plantedBugOfTheLog_isCaught(Bug bug) {
    assertThatThrownBy(() -> runAll(bug, true, true, 2)).isInstanceOf(AssertionError.class);
  }

  /** A newer write that is not in the log has left, and the older one's record is still there. */
  @Test
  void recordOfAnOlderWrite_doesNotComeBack() throws Exception {
    List<Act> acts =
        List.of(
            new Act(true, "a", true), // large
            new Act(true, "a", false),
            new Act(true, "a", true)); // large
    for (Left left : Left.values()) {
      crashAtEveryStep(acts, left, Bug.NONE, false, true);
    }
    assertThatThrownBy(
            () -> crashAtEveryStep(acts, Left.EVERYTHING, Bug.OLDER_RECORD_STAYS, false, true))
        .isInstanceOf(AssertionError.class);
  }

  private void runAll(Bug bug, boolean keeping, boolean logged, int writesMax) throws Exception {
    var all = sequences(writesMax, new ArrayList<>(), new ArrayList<>());
    all.sort(Comparator.comparingInt(List::size)); // what goes wrong is found in the shortest
    int ofThree = Effort.isLong() ? 1 : OF_THREE;
    long seed = new Random().nextLong();
    System.out.println("sequences of three: seed " + seed);
    int at = new Random(seed).nextInt(ofThree);
    for (List<Act> acts : all) {
      if (acts.size() == 3 && at++ % ofThree != 0) {
        continue;
      }
      sequences++;
      for (Left left : Left.values()) {
        crashAtEveryStep(acts, left, bug, keeping, logged);
      }
    }
  }

  /** All sequences that begin with name a: with b first, they are the same with names swapped. */
  private static List<List<Act>> sequences(int writesMax, List<Act> begun, List<List<Act>> all) {
    if (!begun.isEmpty()) {
      all.add(List.copyOf(begun));
    }
    if (begun.size() == writesMax) {
      return all;
    }
    for (String name : begun.isEmpty() ? List.of("a") : NAMES) {
      for (boolean isPut : new boolean[] {true, false}) {
        for (boolean settleAfter : new boolean[] {true, false}) {
          begun.add(new Act(isPut, name, settleAfter));
          sequences(writesMax, begun, all);
          begun.removeLast();
        }
      }
    }
    return all;
  }

  private void crashAtEveryStep(List<Act> acts, Left left, Bug bug, boolean keeping, boolean logged)
      throws Exception {
    boolean cut = true;
    for (long at = 0; cut; at++) {
      var run = new Run(acts, bug, keeping, logged);
      String story = acts + ", cut at " + at + ", of what was not forced is left " + left;
      try {
        run.toTheEnd(at);
        cut = false; // the sequence was over before: it ends as if the power was cut afterwards
      } catch (PowerCut | IOException e) {
        requireCut(run.world.disk, e);
        crashPoints++;
      }
      run.recoverEverywhere(story, left, at);
    }
  }

  /** A power cut may come as the cause of what a step throws. */
  private static void requireCut(SimulatedDisk disk, Exception e) throws Exception {
    if (!disk.isOff()) {
      throw e;
    }
  }

  /** One run of a sequence, up to the power cut and beyond. */
  private final class Run {
    private final List<Act> acts;
    private final CrashWorld world;
    private final boolean logged;

    /** What each name may be after the cut: the last acknowledged state, and that in the making. */
    private final Map<String, Set<String>> legal = new TreeMap<>();

    private final Map<String, String> acknowledged = new TreeMap<>(Map.of("b", "old b"));

    Run(List<Act> acts, Bug bug, boolean keeping, boolean logged) throws Exception {
      this.acts = acts;
      this.logged = logged;
      this.world = new CrashWorld(new SimulatedDisk(), bug, keeping, logged);
      world.origin.given("b", "old b");
      world.start("boot 0");
      legal.put("a", stateSet(null));
      legal.put("b", stateSet("old b"));
    }

    void toTheEnd(long cutAt) throws Exception {
      world.disk.cutAt(cutAt);
      for (int i = 0; i < acts.size(); i++) {
        Act act = acts.get(i);
        world.askAgain(act.name());
        if (world.isServedAbsent(act.name())) {
          servedAbsences++;
        }
        String body = act.isPut() ? "body " + i + (i % 2 == 0 ? LARGE : "x".repeat(i)) : null;
        legal.get(act.name()).add(body);
        if (act.isPut()) {
          world.put(act.name(), body);
        } else {
          world.delete(act.name());
        }
        acknowledged.put(act.name(), body);
        legal.put(act.name(), stateSet(body));
        checkServed(acts + ", at " + i, world);
        if (act.settleAfter()) {
          world.settle();
        }
        if ((acts.size() + i) % 3 == 0) {
          world.dropRecords();
        }
      }
    }

    void recoverEverywhere(String story, Left left, long seed) throws Exception {
      // What nginx has shown may not be taken back.
      for (String name : NAMES) {
        String shown = world.served(name);
        boolean isShown = shown != null || world.isServedAbsent(name);
        if (isShown) {
          assertThat(legal.get(name)).as("%s: shown of %s", story, name).contains(shown);
        }
        if (isShown && !Objects.equals(shown, acknowledged.get(name))) {
          legal.put(name, stateSet(shown));
        }
      }
      // With the log a start has more steps: each 31st of them is the last one.
      int stride = logged && !Effort.isLong() ? 31 : 1;
      // nginx may be there before us, and while we recover, under the epoch of its own start.
      String epoch = left == Left.EVERYTHING ? "boot 0" : "boot 1";
      world.disk.restart(left, new Random(seed));
      boolean cut = true;
      for (long at = Math.floorMod(seed, stride); cut; at += stride) {
        CrashWorld again = world.copy();
        try {
          again.disk.cutAt(at);
          again.start(epoch);
          again.disk.cutAt(Long.MAX_VALUE);
          cut = false;
        } catch (PowerCut | IOException e) {
          requireCut(again.disk, e);
          recoveryCrashPoints++;
          checkServed(story + ", recovery cut at " + at, again);
          again.disk.restart(left, new Random(seed + at));
          again = again.copy();
          again.start(left == Left.EVERYTHING ? "boot 0" : "boot 2");
        }
        checkServed(story + ", recovered after a cut at " + at, again);
        check(story + ", recovery cut at " + at, again);
      }
    }

    private void checkServed(String story, CrashWorld recovered) {
      for (String name : NAMES) {
        String served = recovered.served(name);
        if (served != null || recovered.isServedAbsent(name)) {
          assertThat(legal.get(name)).as("%s: served of %s", story, name).contains(served);
        }
      }
    }

    private void check(String story, CrashWorld recovered) throws Exception {
      var found = new TreeMap<String, String>();
      for (String name : NAMES) {
        String state = recovered.read(name);
        assertThat(legal.get(name)).as("%s: found of %s", story, name).contains(state);
        found.put(name, String.valueOf(state));
      }
      recovered.settle();
      for (String name : NAMES) {
        assertThat(String.valueOf(recovered.origin.get(name)))
            .as("%s: settled of %s", story, name)
            .isEqualTo(found.get(name));
        assertThat(String.valueOf(recovered.read(name)))
            .as("%s: read of %s after it is settled", story, name)
            .isEqualTo(found.get(name));
      }
    }

    private static Set<String> stateSet(String state) {
      var states = new HashSet<String>();
      states.add(state);
      return states;
    }
  }
}
