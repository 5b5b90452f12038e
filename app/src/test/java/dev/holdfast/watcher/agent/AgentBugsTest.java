package dev.holdfast.watcher.agent;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ChangedSources;
import dev.holdfast.bounds.Bounds;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;

/** Plants each bug into the agent's source. The simulated worlds have to find it. */
@Tag("planted")
class AgentBugsTest {
  private static final String PACKAGE = "dev.holdfast.watcher.agent";
  private static final int LIVES_MAX = 2_000;

  @TempDir Path dir;

  /** A fault of the scheduler, as a change of one class. */
  enum PlantedBug {
    STARTS_BEFORE_DUE("Agent", "task.dueMs() <= nowMs)", "task.dueMs() <= nowMs + 5)"),
    OVERLAPS("Agent", "task.watched().flight.isPresent()", "false"),
    NO_BOUND_ON_FLIGHTS("Flights", "flights.size() >= config.inFlightMax()", "false"),
    ONE_FLIGHT_TOO_MANY(
        "Flights",
        "flights.size() >= config.inFlightMax()",
        "flights.size() > config.inFlightMax()"),
    STARTS_HOWEVER_LATE("Agent", "lateMicros(task) > TimeUnit", "lateMicros(task) < 0 * TimeUnit"),
    MISSES_SILENTLY(
        "Agent", "      misses.of(task, Reason.OVERLAP);", "      timetable.take(task);"),
    SKIPS_TO_THE_PRESENT(
        "Agent",
        "      misses.upTo(passage.toMs(), reason);",
        "      timetable.scheduleAllAfter(passage.toMs());"),
    STALL_BLAMES_THE_SITE("Flights", "flight.stalled(ms)", "flight.hashCode()"),
    SUSPENSION_BLAMES_THE_SITE("Flights", "flight.isClockSet = true", "flight.isClockSet = false"),
    CLOCK_BACK_CHECKS_A_SLOT_TWICE(
        "Repeats", "slotsUntilMs = Math.max(slotsUntilMs, epochMs);", ""),
    CLOCK_BACK_TWICE_REPEATS_TWICE(
        "Repeats",
        "repeatsUntilMs = Math.max(repeatsUntilMs, Math.min(epochMs, slotsUntilMs));",
        ""),
    GAP_AND_ROWS(
        "Agent",
        "      misses.upTo(passage.fromMs(), reason);",
        "      misses.upTo(passage.toMs(), reason);"),
    GAP_IS_FORGOTTEN("Agent", "      reports.gap(gap);", ""),
    CLOCK_STEP_IS_NO_STEP("Timekeeper", ">= stepMicros", ">= 1000 * stepMicros"),
    REMOVED_ENDPOINT_IS_STORED(
        "Agent", "flight -> flight.isDiscarded = true", "flight -> flight.isDiscarded = false"),
    RETIRED_ENDPOINT_IS_FORGOTTEN(
        "Agent",
        "    if (flight.isDiscarded) {",
        "    if (flight.isDiscarded || watched.endpoint.isEmpty()) {"),
    REST_IS_FORGOTTEN(
        "Agent", "task.watched().isResting(timekeeper.now().nanos())", "task.dueMs() < 0"),
    STOP_FORGETS_WHAT_RUNS(
        "Agent",
        "      end(flight, Flights.failure(\"the agent stops\"), timekeeper.now().nanos());",
        "      flights.end(flight);"),
    TAINT_IS_FORGOTTEN("Flight", "flags.add(Flag.TAINTED);", ""),
    HUNG_CHECK_KEEPS_ITS_SLOT(
        "Flights", "flight.deadlineNanos - nowNanos <= 0", "flight.deadlineNanos == 0"),
    RESULT_OF_A_CHECK_THAT_ENDS_TWICE(
        "Flights",
        "    if (!flights.remove(flight)) {\n      return false;\n    }",
        "    flights.remove(flight);"),
    FAILED_START_HAS_NO_ROW(
        "Agent",
        "      end(flight, Flights.failure(e.toString()), timekeeper.now().nanos());",
        "      flights.end(flight);");

    private final String className;
    private final String original;
    private final String replacement;

    PlantedBug(String className, String original, String replacement) {
      this.className = className;
      this.original = original;
      this.replacement = replacement;
    }

    ClassLoader compile(Path dir) throws IOException {
      return new ChangedSources(dir, PACKAGE)
          .replace("watcher/agent/" + className + ".java", original, replacement)
          .compile(Agent.class, Bounds.class, Logger.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void plantedBug_isFound(PlantedBug bug) throws Exception {
    ClassLoader loader = bug.compile(dir);
    Method lives =
        loader.loadClass(PACKAGE + ".AgentBugsTest").getDeclaredMethod("lives", int.class);
    lives.setAccessible(true);
    assertThatThrownBy(
            () -> {
              try {
                lives.invoke(null, LIVES_MAX);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            })
        .isInstanceOf(AssertionError.class);
  }

  /** Lives so many lives. Runs in classes that may be changed. */
  static void lives(int count) {
    for (int seed = 1; seed <= count; seed++) {
      new SimulatedWorld(seed).live();
    }
  }
}
