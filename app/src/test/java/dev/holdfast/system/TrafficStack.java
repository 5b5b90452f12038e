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
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Configurations of whole stacks of three pairs, with the real latency, limits and faults. */
public final class TrafficStack {
  public static final int PAIRS = 3;

  /** Less than nginx waits for a sidecar. */
  public static final long ANSWER_WITHIN_MS = 240_000;

  /** What the logs of nginx may take, in bytes: more than any test writes. */
  static final long LOGS_BYTES_MAX = 100_000_000;

  private TrafficStack() {}

  /** A stack on free ports. */
  public static StackConfig config(Path dataDir, FilesConfig files, StagingLimits staging)
      throws IOException {
    List<Integer> ports = FreePorts.take(PAIRS + 1);
    return new StackConfig(
        front(ports.get(PAIRS)),
        ports.subList(0, PAIRS),
        Collections.nCopies(PAIRS, FileServerConfig.real(dataDir.resolve("files"))),
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

  /** The same stack with stand-ins of another latency, in milliseconds. */
  public static StackConfig withLatencyMs(StackConfig stack, long latencyMs) {
    return withStandIns(stack, standIn -> standIn.withLatencyMs(latencyMs));
  }

  /** The same stack with stand-ins of other faults. */
  public static StackConfig withFaults(StackConfig stack, Faults faults) {
    return withStandIns(stack, standIn -> standIn.withFaults(faults));
  }

  private static StackConfig withStandIns(
      StackConfig stack, UnaryOperator<FileServerConfig> change) {
    return stack.withStandIns(stack.standIns().stream().map(change).toList());
  }

  /** The same stack with a scoreboard. */
  public static StackConfig withScoreboardPort(StackConfig stack, int port) {
    return stack.withScoreboard(new StackConfig.Scoreboard(port, Optional.empty()));
  }

  /** The same stack with another bound of nginx's logs, in bytes. */
  public static StackConfig withLogsBytesMax(StackConfig stack, long bytes) {
    return stack.withFront(stack.front().withLogsBytesMax(bytes));
  }

  /** The same stack with other services in its sidecars. */
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
   * The same with all the patience that there is: a request that waits for many others is not
   * refused for that, however slow the machine is.
   */
  public static FilesConfig patientFiles(Mode mode) {
    return FilesConfig.DEFAULT
        .withMode(mode)
        .withAnswerWithinMs(ANSWER_WITHIN_MS)
        .withStopSettleMs(10_000);
  }

  /** The same with other pauses between the tries of a write. */
  public static FilesConfig files(
      Mode mode, long retryFirstMs, long retryMaxMs, long stopSettleMs) {
    return FilesConfig.DEFAULT
        .withMode(mode)
        .withRetryFirstMs(retryFirstMs)
        .withRetryMaxMs(retryMaxMs)
        .withStopSettleMs(stopSettleMs);
  }

  /** The defaults with room for so many published and so many cold files. */
  public static StagingLimits cache(int publishedFilesMax, int coldFilesMax) {
    return StagingLimits.DEFAULT
        .withPublishedFilesMax(publishedFilesMax)
        .withColdFilesMax(coldFilesMax)
        .withKeeping(Keeping.OFF);
  }
}
