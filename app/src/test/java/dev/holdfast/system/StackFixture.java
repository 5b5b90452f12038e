package dev.holdfast.system;

import dev.holdfast.cas.CasConfig;
import dev.holdfast.files.FilesConfig;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Faults;
import dev.holdfast.fileserver.FileServer;
import dev.holdfast.fileserver.FileServerConfig;
import dev.holdfast.http.HttpLimits;
import dev.holdfast.names.BadNameException;
import dev.holdfast.names.Name;
import dev.holdfast.names.Ring;
import dev.holdfast.origin.OriginConfig;
import dev.holdfast.service.StartFailure;
import dev.holdfast.sidecar.SidecarSettings;
import dev.holdfast.stack.Stack;
import dev.holdfast.stack.StackConfig;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Patience;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A whole stack on free ports and in a directory of its own, which goes when it is closed:
 * stand-ins, sidecars, a real nginx. Its parts are counted from 0.
 *
 * <p>Threading: for one thread at a time.
 */
public final class StackFixture implements AutoCloseable {
  /** Somebody else may take a port between its choice and its use. */
  private static final int START_ATTEMPTS = 5;

  private static final Duration AWAIT_MAX = Patience.STEP;
  private static final Duration AWAIT_PAUSE = Duration.ofMillis(5);

  private final Path directory;
  private final StackConfig config;
  private final Stack stack;

  /** The newest of each pair. */
  private final List<FileServer> standIns;

  /** All that ever ran. */
  private final List<FileServer> allStandIns;

  private StackFixture(Path directory, StackConfig config, Stack stack) {
    this.directory = directory;
    this.config = config;
    this.stack = stack;
    this.standIns = new ArrayList<>(stack.standIns());
    this.allStandIns = new ArrayList<>(stack.standIns());
  }

  /**
   * How a stack is built.
   *
   * @param pairs sidecars, each with its stand-in, 1 or more
   * @param latencyMs of the stand-ins, in milliseconds
   * @param faults of the stand-ins
   * @param origin changes how the sidecars talk to the stand-ins
   */
  public record Setup(
      int pairs,
      long latencyMs,
      Faults faults,
      StagingLimits staging,
      FilesConfig files,
      HttpLimits http,
      UnaryOperator<OriginConfig> origin) {

    /**
     * Three pairs; quick stand-ins with all the faults of the real one; writes go through; retries
     * follow soon and a stop does not wait for long, so that tests are short; all else as it is by
     * default.
     */
    public static final Setup DEFAULT =
        new Setup(
            3,
            20,
            Faults.real(),
            StagingLimits.DEFAULT,
            FilesConfig.DEFAULT
                .withMode(Mode.THROUGH)
                .withRetryFirstMs(20)
                .withRetryMaxMs(200)
                .withStopSettleMs(2_000),
            HttpLimits.DEFAULT,
            UnaryOperator.identity());

    public Setup withPairs(int newPairs) {
      return new Setup(newPairs, latencyMs, faults, staging, files, http, origin);
    }

    public Setup withLatencyMs(long newLatencyMs) {
      return new Setup(pairs, newLatencyMs, faults, staging, files, http, origin);
    }

    Setup withFaults(Faults newFaults) {
      return new Setup(pairs, latencyMs, newFaults, staging, files, http, origin);
    }

    public Setup withStaging(StagingLimits newStaging) {
      return new Setup(pairs, latencyMs, faults, newStaging, files, http, origin);
    }

    Setup withFiles(FilesConfig newFiles) {
      return new Setup(pairs, latencyMs, faults, staging, newFiles, http, origin);
    }

    public Setup withHttp(HttpLimits newHttp) {
      return new Setup(pairs, latencyMs, faults, staging, files, newHttp, origin);
    }

    Setup withOrigin(UnaryOperator<OriginConfig> newOrigin) {
      return new Setup(pairs, latencyMs, faults, staging, files, http, newOrigin);
    }

    public Setup withMode(Mode mode) {
      return withFiles(mode, files.bodyBytesMax(), files.answerWithinMs());
    }

    public Setup withBodyBytesMax(long bodyBytesMax) {
      return withFiles(files.mode(), bodyBytesMax, files.answerWithinMs());
    }

    public Setup withAnswerWithinMs(long answerWithinMs) {
      return withFiles(files.mode(), files.bodyBytesMax(), answerWithinMs);
    }

    private Setup withFiles(Mode mode, long bodyBytesMax, long answerWithinMs) {
      return withFiles(
          files.withMode(mode).withBodyBytesMax(bodyBytesMax).withAnswerWithinMs(answerWithinMs));
    }
  }

  /** Starts a stack; it is ready when this returns. */
  public static StackFixture start(Setup setup) throws IOException, StartFailure {
    Path directory = Files.createTempDirectory("holdfast-stack-");
    for (int attempt = 1; ; attempt++) {
      StackConfig config = config(directory, setup);
      try {
        return new StackFixture(directory, config, Stack.start(config, line -> {}));
      } catch (StartFailure e) {
        if (attempt == START_ATTEMPTS) {
          remove(directory);
          throw e;
        }
      }
    }
  }

  /** Where nginx is. */
  public URI nginx() {
    return stack.front();
  }

  /** Where a sidecar is. */
  public URI sidecar(int pair) {
    return URI.create("http://" + config.ring().get(pair));
  }

  /** Stops a sidecar, as an orderly end of its process does. */
  public void stopSidecar(int pair) {
    stack.sidecars().get(pair).close();
  }

  public FileServer standIn(int pair) {
    return standIns.get(pair);
  }

  /** The stand-ins that are in use, or were last. */
  public List<FileServer> standIns() {
    return List.copyOf(standIns);
  }

  /** Stops a stand-in: connections to it are refused. */
  public void stopStandIn(int pair) {
    standIns.get(pair).close();
  }

  /** Starts a stand-in again, where it was and with its files. */
  public void startStandIn(int pair) throws IOException {
    FileServer again = FileServer.start(config.standIns().get(pair));
    standIns.set(pair, again);
    allStandIns.add(again);
  }

  /** Which pair a name belongs to. */
  public int owner(String spelling) {
    try {
      String owner = Ring.of(config.ring()).owner(Name.parse(spelling).ringKey());
      return config.ring().indexOf(owner);
    } catch (BadNameException e) {
      throw new IllegalArgumentException(spelling, e);
    }
  }

  /** The first name that begins so, with a number after it, that belongs to a pair. */
  public String nameOf(int pair, String prefix) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> prefix + i)
        .filter(name -> owner(name) == pair)
        .findFirst()
        .orElseThrow();
  }

  /** The volume that the stand-ins share: one file a name, in its stored form. */
  public Path originDir() {
    return originDir(directory);
  }

  /** What nginx shows. */
  public Path published() {
    return Published.in(config.stagingDir(), config.ring());
  }

  /** A directory of a sidecar's own: {@code incoming}, {@code cold}, {@code pending/put} …. */
  public Path own(int pair, String name) {
    return config.stagingDir().resolve("sidecar-" + (pair + 1)).resolve(name);
  }

  /** Waits until no sidecar has a body in {@code incoming}; fails if one stays there. */
  public void awaitNothingIncoming() throws IOException {
    awaitIncoming(files -> files.isEmpty());
  }

  /** Waits until the files in {@code incoming} of all sidecars are as they should be. */
  public void awaitIncoming(Predicate<List<Path>> expected) throws IOException {
    long end = System.nanoTime() + AWAIT_MAX.toNanos();
    List<Path> files = incoming();
    while (!expected.test(files)) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("incoming is not as it should be: " + files);
      }
      LockSupport.parkNanos(AWAIT_PAUSE.toNanos());
      files = incoming();
    }
  }

  private List<Path> incoming() throws IOException {
    var files = new ArrayList<Path>();
    for (int pair = 0; pair < config.sidecarPorts().size(); pair++) {
      files.addAll(list(own(pair, "incoming")));
    }
    return files;
  }

  public Path accessLog() {
    return config.accessLog();
  }

  /** How many GETs for a name in its stored form the stand-ins got. */
  public int originGets(String stored) {
    return allStandIns.stream().mapToInt(standIn -> standIn.gets(stored)).sum();
  }

  /** How many requests of a method the stand-ins got. */
  public long originRequests(String method) {
    return allStandIns.stream()
        .mapToLong(standIn -> standIn.counts().requests().getOrDefault(method, 0L))
        .sum();
  }

  /** How often a stand-in got what a front must never send; see {@code Counts.forbidden}. */
  long forbidden() {
    return allStandIns.stream().mapToLong(standIn -> standIn.counts().forbidden()).sum();
  }

  /** Closes the stack, then fails if it ever did to a stand-in what a front must not do. */
  public void closeChecked() throws IOException {
    close();
    if (forbidden() > 0) {
      throw new AssertionError(
          "forbidden acts: " + allStandIns.stream().map(FileServer::counts).toList());
    }
  }

  /** Stops all parts, nginx with its log written out, and keeps the files until {@link #close}. */
  public void stopParts() {
    stack.close();
    allStandIns.forEach(FileServer::close);
  }

  @Override
  public void close() throws IOException {
    stopParts();
    remove(directory);
  }

  public static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  private static StackConfig config(Path directory, Setup setup) throws IOException {
    List<Integer> ports = FreePorts.take(2 * setup.pairs() + 1);
    List<FileServerConfig> standIns =
        ports.subList(0, setup.pairs()).stream()
            .map(
                port ->
                    FileServerConfig.real(originDir(directory))
                        .withPort(port)
                        .withLatencyMs(setup.latencyMs())
                        .withFaults(setup.faults()))
            .toList();
    return new StackConfig(
        TrafficStack.front(ports.getLast()),
        ports.subList(setup.pairs(), 2 * setup.pairs()),
        standIns,
        List.of(),
        base -> setup.origin().apply(OriginConfig.of(base)),
        directory,
        StackConfig.Scoreboard.NONE,
        new SidecarSettings(
            setup.staging(), setup.files(), setup.http(), CasConfig.DEFAULT, HostedServices.ALL));
  }

  private static Path originDir(Path directory) {
    return directory.resolve("origin");
  }

  private static void remove(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return; // closed before
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
