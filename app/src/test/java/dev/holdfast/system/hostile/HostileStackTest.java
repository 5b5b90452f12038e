package dev.holdfast.system.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.stack.Stack;
import dev.holdfast.stack.StackConfig;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.system.StackFacts;
import dev.holdfast.system.TrafficStack;
import dev.holdfast.testkit.Effort;
import dev.holdfast.testkit.HostileTraffic;
import dev.holdfast.testkit.TrafficReport;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Hostile traffic on a whole stack: nginx, sidecars, and file servers as slow and fragile as the
 * real ones. Each story has a stack of its own.
 */
@Tag("long")
final class HostileStackTest {
  private static final long TIMES = Effort.of(1, 40);

  @TempDir Path directory;

  @Test
  void through() throws Exception {
    run(
        Mode.THROUGH,
        StagingLimits.DEFAULT,
        traffic ->
            traffic.clients(24).evenly().untilAnswered(150 * TIMES, 275 * TIMES, 75 * TIMES));
  }

  @Test
  void behind() throws Exception {
    run(
        Mode.BEHIND,
        StagingLimits.DEFAULT,
        traffic -> traffic.untilAnswered(1_000 * TIMES, 2_000 * TIMES, 500 * TIMES));
  }

  /** Many calls at once make nearly any answer right. Few do not. */
  @ParameterizedTest
  @EnumSource
  void fewClients(Mode mode) throws Exception {
    long times =
        switch (mode) {
          case BEHIND -> 10 * TIMES;
          case THROUGH -> TIMES; // each write waits for the file server
        };
    run(
        mode,
        StagingLimits.DEFAULT,
        traffic ->
            traffic
                .clients(6)
                .weights(25, 50, 25)
                .untilAnswered(20 * times, 40 * times, 20 * times));
  }

  /** Files go cold, come back, fall out and are fetched again, all the time. */
  @ParameterizedTest
  @EnumSource
  void tinyCache(Mode mode) throws Exception {
    run(
        mode,
        TrafficStack.cache(3, 3),
        traffic ->
            traffic.evenly().weights(10, 85, 5).untilAnswered(30 * TIMES, 250 * TIMES, 15 * TIMES));
  }

  /** No file stays published, and none stays cold. */
  @ParameterizedTest
  @EnumSource
  void noCache(Mode mode) throws Exception {
    run(
        mode,
        TrafficStack.cache(0, 0),
        traffic ->
            traffic
                .clients(12)
                .evenly()
                .weights(10, 85, 5)
                .untilAnswered(8 * TIMES, 70 * TIMES, 4 * TIMES));
  }

  private void run(Mode mode, StagingLimits staging, UnaryOperator<HostileTraffic> shape)
      throws Exception {
    StackConfig config = TrafficStack.config(directory, TrafficStack.patientFiles(mode), staging);
    try (Stack stack = TrafficStack.start(config)) {
      StackFacts facts = TrafficStack.facts(stack, config);
      HostileTraffic traffic = HostileTraffic.against(facts.files()).names(StackFacts.NAMES);
      TrafficReport report = shape.apply(traffic).run();
      assertThat(report.violations()).as("%s", report).isEmpty();
      assertThat(report.corruptBodies()).as("%s", report).isZero();
      assertThat(report.serverErrors()).as("%s", report).isZero();
      assertThat(report.connectionFailures()).as("%s", report).isZero();
      assertThat(report.timeouts()).as("%s", report).isZero();
      assertThat(report.unknownWrites()).as("%s", report).isZero();
      assertThat(report.answers().keySet())
          .as("%s", report)
          .isSubsetOf("PUT 201", "DELETE 200", "GET 200", "GET 404");
      facts.assertOriginsHaveWhatIsRead(StackFacts.NAMES);
      facts.assertNothingForbidden();
      facts.assertTenConnectionsAtMost();
      facts.assertNothingSpooled();
    }
  }
}
