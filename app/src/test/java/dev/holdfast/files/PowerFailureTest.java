package dev.holdfast.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.QuietLogs;
import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.disk.SimulatedDisk.Left;
import dev.holdfast.disk.SimulatedDisk.PowerCut;
import dev.holdfast.files.CrashWorld.Bug;
import dev.holdfast.files.UnforcedOrigin.Lost;
import dev.holdfast.testkit.Effort;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every sequence of up to three writes on two names, each settled or not, and kept until it is let
 * go or not, with a failure at every step: of our process, of our power, of the origin's power, of
 * both, with a start of ours between, and with a change of owner between. What is read is what was
 * acknowledged last, or what was being written at the failure. In the end it is on the disk of an
 * origin that forces nothing.
 *
 * <p>The short form has every sequence of up to two writes and, of those of three, every {@link
 * #OF_THREE}th from a random one on. Two writes suffice for all that is planted.
 */
@Tag("long")
@Tag("simulation")
class PowerFailureTest {
  /** What happens after a write. */
  private enum Then {
    NOTHING,
    SETTLES,
    IS_LET_GO
  }

  private enum What {
    PUT,
    DELETE,
    REFUSED_PUT
  }

  private record Act(What what, String name, Then then) {}

  /** What fails at a step. */
  private enum Failing {
    PROCESS(Left.EVERYTHING),
    PROCESS_THEN_ORIGIN(Left.EVERYTHING),
    POWER(Left.NOTHING),
    POWER_LEAVING_SOME(Left.SOME),
    ORIGIN(null),
    ORIGIN_KEEPING_OLD(null),
    BOTH(Left.NOTHING),
    BOTH_KEEPING_SOME(Left.SOME);

    private final Left left; // null: our process goes on

    Failing(Left left) {
      this.left = left;
    }

    Lost lost() {
      return this == ORIGIN_KEEPING_OLD || this == BOTH_KEEPING_SOME ? Lost.OLD : Lost.EMPTY;
    }

    boolean originFailsAtOnce() {
      return this == BOTH || this == BOTH_KEEPING_SOME;
    }
  }

  /** The keeper would log every power cut in the middle of a comparison. */
  @RegisterExtension static final QuietLogs QUIET = QuietLogs.of(Keeper.class);

  private static final int OF_THREE = 32;

  private long failures;

  @Test
  void everyFailure_leavesWhatWasAcknowledged_andBringsItToTheOriginsDisk() throws Exception {
    runAll(Bug.NONE);
    System.out.printf("power failures: %d%n", failures);
    assertThat(failures).isGreaterThan(Effort.isLong() ? 100_000 : 10_000);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "NO_DIRECTORY_FORCE",
        "FORGOTTEN_BEFORE_CONFIRMED",
        "PUT_WINS",
        "OLDER_REMOVED_LAST",
        "SHARED_MARKER",
        "VERSIONS_BEGIN_AGAIN",
        "TIME_NOT_ANEW",
        "COMPARED_TOO_EARLY",
        "YOUNG_CONNECTION",
        "NOTHING_KEPT",
        "REFUSED_WRITE_REPLACES",
        "OWNER_DOES_NOT_WAIT"
      })
  void plantedBug_isCaught(Bug bug) {
    // A number that is used twice is found as a file that is taken, or gone, too.
    assertThatThrownBy(() -> runAll(bug))
        .isInstanceOfAny(AssertionError.class, FileSystemException.class);
  }

  private void runAll(Bug bug) throws Exception {
    var all = new ArrayList<List<Act>>();
    addSequences(List.of(), List.of("a", "b"), 3, all);
    all.sort(Comparator.comparingInt(List::size)); // what goes wrong is found in the shortest
    int ofThree = Effort.isLong() ? 1 : OF_THREE;
    long seed = new Random().nextLong();
    System.out.println("sequences of three: seed " + seed);
    int offset = new Random(seed).nextInt(ofThree);
    for (List<Act> acts : all) {
      if (acts.size() == 3 && offset++ % ofThree != 0) {
        continue;
      }
      for (Failing failing : Failing.values()) {
        boolean happened = true;
        for (long at = 0; happened; at++) {
          String story = acts + ", at step " + at + " fails " + failing;
          happened = new Run(acts, bug).toTheEnd(failing, at, story);
          failures++;
        }
      }
    }
  }

  private static void addSequences(
      List<Act> begun, List<String> names, int most, List<List<Act>> all) {
    if (!begun.isEmpty()) {
      all.add(begun);
    }
    if (begun.size() == most) {
      return;
    }
    for (String name : begun.isEmpty() ? List.of("a") : names) {
      for (What what : What.values()) {
        Then[] thens = what == What.REFUSED_PUT ? new Then[] {Then.NOTHING} : Then.values();
        for (Then then : thens) {
          var more = new ArrayList<>(begun);
          more.add(new Act(what, name, then));
          addSequences(more, names, most, all);
        }
      }
    }
  }

  /** One run of a sequence, up to the failure and beyond. */
  private static final class Run {
    private static final List<String> NAMES = List.of("a", "b");

    private final List<Act> acts;
    private final CrashWorld world;

    /** What each name may be: the last acknowledged state, and that in the making. */
    private final Map<String, Set<String>> legal = new TreeMap<>();

    Run(List<Act> acts, Bug bug) throws IOException {
      this.acts = acts;
      this.world = new CrashWorld(new SimulatedDisk(), bug, true);
      world.origin.given("a", "old a, and long");
      legal.put("a", states("old a, and long"));
      legal.put("b", states(null));
      world.start("boot 0");
    }

    /** Returns false if the sequence was over before the failure. */
    boolean toTheEnd(Failing failing, long at, String story) throws Exception {
      boolean happened = begin(failing, at, story);
      if (failing.originFailsAtOnce()) {
        world.origin.powerFailure(failing.lost());
      }
      String boot = "boot 0";
      if (failing.left != null) {
        boot = failing.left == Left.EVERYTHING ? "boot 0" : "boot 1";
        world.disk.restart(failing.left, new Random(at));
        if (failing != Failing.POWER_LEAVING_SOME && failing != Failing.BOTH_KEEPING_SOME) {
          handOver(world.copy(), boot, failing, story + ", and the owner changes");
        }
        if (failing == Failing.PROCESS || failing == Failing.POWER) {
          writeAgain(world.copy(), boot, story + ", and another write follows");
        }
        world.start(boot);
      }
      finish(failing, story);
      return happened;
    }

    private boolean begin(Failing failing, long at, String story) throws Exception {
      var disturbed = new boolean[1];
      if (failing.left == null) {
        world.disk.disturbAt(
            at,
            () -> {
              disturbed[0] = true;
              world.origin.powerFailure(failing.lost());
            });
      } else {
        world.disk.cutAt(at);
      }
      try {
        act(story);
        world.disk.cutAt(Long.MAX_VALUE);
        return disturbed[0];
      } catch (PowerCut | IOException e) {
        if (!world.disk.isOff()) {
          throw e;
        }
        return true;
      }
    }

    private void act(String story) throws Exception {
      for (int i = 0; i < acts.size(); i++) {
        Act act = acts.get(i);
        String body = act.what() == What.DELETE ? null : "body " + i;
        if (act.what() == What.REFUSED_PUT) {
          refusedPut(act.name(), body);
        } else {
          legal.get(act.name()).add(body);
          if (body == null) {
            world.delete(act.name());
          } else {
            world.put(act.name(), body);
          }
          legal.put(act.name(), states(body));
        }
        if (act.then() != Then.NOTHING) {
          world.settle();
        }
        if (act.then() == Then.IS_LET_GO) {
          world.passTime();
        }
        checkReads(story);
      }
    }

    private void refusedPut(String name, String body) throws Exception {
      var before = new HashSet<>(legal.get(name));
      legal.get(name).add(body);
      boolean takenBack = world.refusedPut(name, body);
      legal.put(name, takenBack ? before : states(body));
    }

    private void finish(Failing failing, String story) throws Exception {
      checkReads(story);
      world.sweepNow();
      if (failing == Failing.PROCESS_THEN_ORIGIN) {
        world.origin.powerFailure(failing.lost());
      }
      checkReads(story + ", after a sweep");
      var found = found(world);
      world.drain();
      world.origin.powerFailure(Lost.EMPTY);
      for (String name : NAMES) {
        assertThat(String.valueOf(world.origin.get(name)))
            .as("%s: on the origin's disk of %s", story, name)
            .isEqualTo(found.get(name));
      }
      assertThat(found(world)).as("%s: read in the end", story).isEqualTo(found);
    }

    /** The next process writes, and loses its power as soon as that is acknowledged. */
    private void writeAgain(CrashWorld next, String boot, String story) throws Exception {
      next.start(boot);
      next.put("a", "again");
      next.disk.restart(Left.NOTHING, new Random(1));
      CrashWorld last = next.copy();
      last.start("boot 3");
      assertThat(last.read("a")).as(story).isEqualTo("again");
    }

    /** Another sidecar gets the names; the old one brings its writes to an end before. */
    private void handOver(CrashWorld old, String boot, Failing failing, String story)
        throws Exception {
      old.start(boot, "s", false);
      CrashWorld next = old.beside();
      next.start(boot, "t", true);
      old.sweepNow();
      if (failing == Failing.PROCESS_THEN_ORIGIN) {
        old.origin.powerFailure(failing.lost());
      }
      for (int i = 0; !next.isReadyBeside("s"); i++) {
        assertThat(i).as("%s: rounds until it is ready", story).isLessThan(10);
        old.settle();
        old.passTime();
      }
      for (String name : NAMES) {
        assertThat(legal.get(name)).as("%s: read of %s", story, name).contains(next.read(name));
      }
      next.put("a", "of the new owner");
      next.settle();
      next.passTime();
      // The power fails, and the old owner's directory is looked through again.
      next.disk.restart(Left.NOTHING, new Random(1));
      CrashWorld again = next.copy();
      again.start("boot 2", "s", false);
      again.drain();
      again.start("boot 2", "t", true);
      assertThat(again.read("a")).as(story).isEqualTo("of the new owner");
      again.drain();
      assertThat(again.origin.get("a")).as(story).isEqualTo("of the new owner");
    }

    private void checkReads(String story) throws IOException {
      for (String name : NAMES) {
        assertThat(legal.get(name)).as("%s: read of %s", story, name).contains(world.read(name));
      }
    }

    private static Map<String, String> found(CrashWorld world) throws IOException {
      var found = new TreeMap<String, String>();
      for (String name : NAMES) {
        found.put(name, String.valueOf(world.read(name)));
      }
      return found;
    }

    private static Set<String> states(String state) {
      var states = new HashSet<String>();
      states.add(state);
      return states;
    }
  }
}
