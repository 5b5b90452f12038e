package dev.holdfast.system.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Faults;
import dev.holdfast.fileserver.FileServer;
import dev.holdfast.names.Ring;
import dev.holdfast.stack.Stack;
import dev.holdfast.stack.StackConfig;
import dev.holdfast.system.StackFacts;
import dev.holdfast.system.TrafficStack;
import dev.holdfast.testkit.Effort;
import dev.holdfast.testkit.HostileTraffic;
import dev.holdfast.testkit.TrafficReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hostile traffic on a whole stack whose file servers fail in the middle of downloads. */
@Tag("long")
final class HostileDownloadsTest {
  private static final long TIMES = Effort.of(1, 40);
  private static final long FAILURES_OF_EACH = 3 * TIMES;
  private static final int NAMES_OF_EACH = 7;

  @TempDir Path directory;

  /**
   * One download in five fails halfway, with an error text at its end or a cut. Reads may be
   * refused for that, but every answer is right.
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
      List<String> names = names(config);
      StackFacts facts = TrafficStack.facts(stack, config);
      TrafficReport report =
          HostileTraffic.against(facts.files())
              .names(names)
              .untilAnswered(20 * TIMES, 170 * TIMES, 10 * TIMES)
              .until(() -> stack.standIns().stream().allMatch(HostileDownloadsTest::hasFailed))
              .clients(12)
              .evenly()
              .weights(10, 85, 5)
              .run();
      assertThat(report.violations()).as("%s", report).isEmpty();
      assertThat(report.corruptBodies()).as("%s", report).isZero();
      assertThat(report.connectionFailures()).as("%s", report).isZero();
      assertThat(report.timeouts()).as("%s", report).isZero();
      facts.assertOriginsHaveWhatIsReadInTheEnd(names);
      facts.assertNothingForbidden();
      facts.assertNothingSpooled();
    }
  }

  private static boolean hasFailed(FileServer standIn) {
    return standIn.sendFailures() >= FAILURES_OF_EACH;
  }

  /**
   * Returns enough names for each file server. Their spread depends on the ports: one server may
   * have two of twenty names, which are too few downloads to fail.
   */
  private static List<String> names(StackConfig config) {
    Ring ring = Ring.of(config.ring());
    var names = new ArrayList<>(StackFacts.NAMES);
    for (String server : config.ring()) {
      long owned = 0;
      for (String name : StackFacts.NAMES) {
        owned += owns(ring, server, name) ? 1 : 0;
      }
      for (int i = 0; owned < NAMES_OF_EACH; i++) {
        if (owns(ring, server, "download-" + i)) {
          names.add("download-" + i);
          owned++;
        }
      }
    }
    return names;
  }

  private static boolean owns(Ring ring, String server, String name) {
    return ring.owner(StackFacts.parsed(name).ringKey()).equals(server);
  }
}
