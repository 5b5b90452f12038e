package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Faults;
import dev.holdfast.fileserver.FileServer;
import dev.holdfast.testkit.HostileTraffic;
import dev.holdfast.testkit.TrafficReport;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Hostile traffic on a whole stack whose file servers fail in the middle of what they send. {@code
 * -Dholdfast.hostile.seconds=600} makes it last longer.
 */
@Tag("alone")
final class HostileDownloadsTest {
  private static final long SECONDS = Long.getLong("holdfast.hostile.seconds", 30);

  @TempDir Path directory;

  /**
   * One download in five fails halfway: an error text at its end, or a cut. Reads may be refused
   * for that; what is answered is right.
   */
  @ParameterizedTest
  @EnumSource
  void downloadsThatFail(Mode mode) throws Exception {
    StackConfig slow =
        TrafficStack.config(directory, TrafficStack.files(mode, 10_000), TrafficStack.cache(0, 0));
    StackConfig config =
        TrafficStack.withLatencyMs(
            TrafficStack.withFaults(slow, Faults.real().withSendErrors(100, 100, 1)), 50);
    try (Stack stack = TrafficStack.start(config)) {
      StackFacts facts = TrafficStack.facts(stack, config);
      TrafficReport report =
          HostileTraffic.against(facts.files())
              .names(StackFacts.NAMES)
              .lasting(Duration.ofSeconds(Math.max(10, SECONDS / 3)))
              .clients(12)
              .evenly()
              .weights(10, 85, 5)
              .run();
      assertThat(report.violations()).as("%s", report).isEmpty();
      assertThat(report.corruptBodies()).as("%s", report).isZero();
      assertThat(report.connectionFailures()).as("%s", report).isZero();
      assertThat(report.timeouts()).as("%s", report).isZero();
      assertThat(report.answers("PUT", 201)).as("%s", report).isPositive();
      assertThat(report.answers("GET", 200)).as("%s", report).isPositive();
      // In all: how the names are spread depends on the ports, and one may have few of them.
      assertThat(stack.standIns().stream().mapToLong(FileServer::sendFailures).sum())
          .as("%s", report)
          .isGreaterThan(15);
      facts.assertOriginsHaveWhatIsReadInTheEnd(StackFacts.NAMES);
      facts.assertNothingForbidden();
      facts.assertNothingSpooled();
    }
  }
}
