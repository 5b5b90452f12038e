package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.testkit.HostileTraffic;
import dev.holdfast.testkit.TrafficReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Hostile traffic on a whole stack: nginx, sidecars, and file servers as slow and fragile as the
 * real ones. {@code -Dholdfast.hostile.seconds=600} makes all of it last longer. Each story has a
 * stack of its own and mostly waits: two are told at a time.
 */
@Tag("alone")
final class HostileStackTest {
  private static final long SECONDS = Long.getLong("holdfast.hostile.seconds", 30);

  /** Requests per method and second that a run has to get through at the least to say something. */
  private static final double WRITES_PER_SECOND_MIN = 2;

  private static final double READS_PER_SECOND_MIN = 10;

  @TempDir Path directory;

  /**
   * A name takes three writes a second at most, two where the machine is busy, and each client
   * waits for its own. That 16 of 24 clients meet at one name, and one of them is answered 503
   * after nine seconds, has a chance of one in ten thousand; of 64 they did meet. (A closed
   * queueing network of 20 equal servers.)
   */
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void through() throws Exception {
    run(Mode.THROUGH, StagingLimits.DEFAULT, SECONDS, traffic -> traffic.clients(24).evenly());
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void behind() throws Exception {
    run(Mode.BEHIND, StagingLimits.DEFAULT, share(3), traffic -> traffic);
  }

  /** Many calls at once make nearly any answer a right one; few do not. */
  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @EnumSource
  void fewClients(Mode mode) throws Exception {
    run(mode, StagingLimits.DEFAULT, share(5), traffic -> traffic.clients(6).weights(25, 50, 25));
  }

  /** Files go cold, come back, fall out and are fetched again, all the time. */
  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @EnumSource
  void tinyCache(Mode mode) throws Exception {
    run(mode, TrafficStack.cache(3, 3), share(3), traffic -> traffic.evenly().weights(10, 85, 5));
  }

  /** The same with nothing that stays published, and nothing that stays cold. */
  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @EnumSource
  void noCache(Mode mode) throws Exception {
    run(
        mode,
        TrafficStack.cache(0, 0),
        share(5),
        traffic -> traffic.clients(12).evenly().weights(10, 85, 5));
  }

  private void run(
      Mode mode, StagingLimits staging, long seconds, UnaryOperator<HostileTraffic> shape)
      throws Exception {
    StackConfig config = TrafficStack.config(directory, TrafficStack.files(mode, 10_000), staging);
    try (Stack stack = TrafficStack.start(config)) {
      StackFacts facts = TrafficStack.facts(stack, config);
      HostileTraffic traffic =
          HostileTraffic.against(facts.files())
              .names(StackFacts.NAMES)
              .lasting(Duration.ofSeconds(seconds));
      TrafficReport report = shape.apply(traffic).run();
      assertThat(report.violations()).as("%s", report).isEmpty();
      assertThat(report.corruptBodies()).as("%s", report).isZero();
      assertThat(report.serverErrors()).as("%s", report).isZero();
      assertThat(report.connectionFailures()).as("%s", report).isZero();
      assertThat(report.timeouts()).as("%s", report).isZero();
      assertThat(report.unknownWrites()).as("%s", report).isZero();
      assertThat(report.answers("PUT", 201) / (double) seconds)
          .as("%s", report)
          .isGreaterThan(WRITES_PER_SECOND_MIN);
      assertThat(report.answers("DELETE", 200)).as("%s", report).isGreaterThan(seconds);
      assertThat((report.answers("GET", 200) + report.answers("GET", 404)) / (double) seconds)
          .as("%s", report)
          .isGreaterThan(READS_PER_SECOND_MIN);
      facts.assertOriginsHaveWhatIsRead(StackFacts.NAMES);
      facts.assertNothingForbidden();
      facts.assertTenConnectionsAtMost();
      facts.assertNothingSpooled();
    }
  }

  private static long share(int part) {
    return Math.max(3, SECONDS / part);
  }
}
