package dev.holdfast.system;

import dev.holdfast.files.FilesConfig;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Faults;
import dev.holdfast.fileserver.FileServerConfig;
import dev.holdfast.origin.OriginConfig;
import dev.holdfast.service.Configured;
import dev.holdfast.service.StartFailure;
import dev.holdfast.sidecar.SidecarSettings;
import dev.holdfast.stack.Stack;
import dev.holdfast.stack.StackConfig;
import dev.holdfast.staging.Keeping;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.testkit.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Configurations of whole stacks of three pairs, with the real latency, limits and faults. */
public final class TrafficStack {
  public static final int PAIRS = 3;

  /** How long a sidecar may take for an answer: less than nginx waits for it. */
  public static final long ANSWER_WITHIN_MS = 240_000;

  /** The bound of nginx's logs, in bytes: more than any test writes. */
  static final long LOGS_BYTES_MAX = 100_000_000;

  private TrafficStack() {}

  /** Returns a stack on free ports. */
  public static StackConfig config(Path dataDir, FilesConfig files, StagingLimits staging)
      throws IOException {
    List<Integer> ports = FreePorts.take(2 * PAIRS + 1);
    return new StackConfig(
        front(ports.get(PAIRS)),
        ports.subList(0, PAIRS),
        ports.subList(PAIRS + 1, 2 * PAIRS + 1).stream()
            .map(port -> FileServerConfig.real(dataDir.resolve("files")).withPort(port))
            .toList(),
        List.of(),
        OriginConfig::of,
        dataDir,
        StackConfig.Scoreboard.NONE,
        SidecarSettings.DEFAULT
            .withStaging(staging)
            .withFiles(files)
            .withServices(HostedServices.ALL));
  }

  /** An nginx on loopback, as most tests want it. */
  static StackConfig.Front front(int port) {
    return new StackConfig.Front("127.0.0.1", port, Optional.empty(), 1, LOGS_BYTES_MAX);
  }

  /** Returns the same stack with stand-ins of another latency, in milliseconds. */
  public static StackConfig withLatencyMs(StackConfig stack, long latencyMs) {
    return withStandIns(stack, standIn -> standIn.withLatencyMs(latencyMs));
  }

  /** Returns the same stack with stand-ins of other faults. */
  public static StackConfig withFaults(StackConfig stack, Faults faults) {
    return withStandIns(stack, standIn -> standIn.withFaults(faults));
  }

  private static StackConfig withStandIns(
      StackConfig stack, UnaryOperator<FileServerConfig> change) {
    return stack.withStandIns(stack.standIns().stream().map(change).toList());
  }

  /** Returns the same stack with a scoreboard. */
  public static StackConfig withScoreboardPort(StackConfig stack, int port) {
    return stack.withScoreboard(new StackConfig.Scoreboard(port, Optional.empty()));
  }

  /** Returns the same stack with another bound of nginx's logs, in bytes. */
  public static StackConfig withLogsBytesMax(StackConfig stack, long bytes) {
    return stack.withFront(stack.front().withLogsBytesMax(bytes));
  }

  /** Returns the same stack with other services in its sidecars. */
  public static StackConfig withServices(StackConfig stack, List<Configured<?>> services) {
    return stack.withSettings(stack.settings().withServices(services));
  }

  public static Stack start(StackConfig config) throws StartFailure {
    return Stack.start(config, line -> {});
  }

  public static StackFacts facts(Stack stack, StackConfig config) {
    return new StackFacts(stack.front(), config.dataDir(), stack.standIns());
  }

  /** The defaults in a mode, with another patience at the end. */
  public static FilesConfig files(Mode mode, long stopSettleMs) {
    FilesConfig d = FilesConfig.DEFAULT;
    return files(mode, d.retryFirstMs(), d.retryMaxMs(), stopSettleMs);
  }

  /**
   * Returns the defaults in a mode, with so much patience that a request that waits for many others
   * is not refused, however slow the machine is.
   */
  public static FilesConfig patientFiles(Mode mode) {
    return FilesConfig.DEFAULT
        .withMode(mode)
        .withAnswerWithinMs(ANSWER_WITHIN_MS)
        .withStopSettleMs(10_000);
  }

  /** Returns the defaults in a mode, with other pauses between the tries of a write. */
  public static FilesConfig files(
      Mode mode, long retryFirstMs, long retryMaxMs, long stopSettleMs) {
    return FilesConfig.DEFAULT
        .withMode(mode)
        .withRetryFirstMs(retryFirstMs)
        .withRetryMaxMs(retryMaxMs)
        .withStopSettleMs(stopSettleMs);
  }

  /** Returns the default limits, with so many published and so many cold files at most. */
  public static StagingLimits cache(int publishedFilesMax, int coldFilesMax) {
    return StagingLimits.DEFAULT
        .withPublishedFilesMax(publishedFilesMax)
        .withColdFilesMax(coldFilesMax)
        .withKeeping(Keeping.OFF);
  }
}
