package dev.holdfast.files;

import static dev.holdfast.names.Names.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.FileServer;
import dev.holdfast.fileserver.FileServerConfig;
import dev.holdfast.metrics.Meters;
import dev.holdfast.names.Name;
import dev.holdfast.origin.Origin;
import dev.holdfast.origin.OriginConfig;
import dev.holdfast.staging.Keeping;
import dev.holdfast.staging.NoRoomException;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.staging.StagingStore;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Patience;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** A file service on a real disk in front of a stand-in, without HTTP in between. */
public final class ServiceFixture implements AutoCloseable {
  /** A store for a few small files, which keeps no settled writes and waits for no room. */
  static final StagingLimits SMALL =
      StagingLimits.DEFAULT
          .withIncomingBytesMax(1 << 20)
          .withPendingBytesMax(1 << 20)
          .withPendingCountMax(10)
          .withRoomWaitMs(0)
          .withDiskFreeBytesMin(0)
          .withPublishedBytesMax(1 << 20)
          .withPublishedFilesMax(10)
          .withColdBytesMax(1 << 20)
          .withColdFilesMax(10)
          .withKeeping(Keeping.OFF);

  private static final int LATENCY_MS = 5;

  /** Long enough for a request that was cut off, on a machine that is busy with other tests. */
  private static final long LINGER_MS = 300;

  /** A file may leave between the answer that it is here and the opening of it. */
  private static final int OPEN_ATTEMPTS = 10;

  final Path data;
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Path volume;
  private final int port;
  private FilesConfig config;
  public Disk disk = new LocalDisk();
  ReservedNames names = ReservedNames.NONE;
  public StagingLimits limits;
  String boot = "boot";
  FileServerConfig standIn;
  OriginConfig originConfig;
  FileServer server;
  StagingStore store;
  public FileService files;

  public ServiceFixture(Path directory, Mode mode) throws IOException {
    this(directory, config(mode), StagingLimits.DEFAULT);
  }

  ServiceFixture(Path directory, FilesConfig config, StagingLimits limits) throws IOException {
    this.data = directory.resolve("data");
    this.volume = directory.resolve("volume");
    this.config = config;
    this.limits = limits;
    port = FreePorts.one();
    standIn = FileServerConfig.real(data).withPort(port).withLatencyMs(LATENCY_MS);
    originConfig = origin(port, 7, LINGER_MS);
    startServer();
    startService();
  }

  /** An origin behind a port of this machine, with a half second to connect. */
  static OriginConfig origin(int port, int writesMax, long lingerMs) {
    var base = URI.create("http://127.0.0.1:" + port);
    return OriginConfig.of(base)
        .withWritesMax(writesMax)
        .withConnectTimeoutMs(500)
        .withSilenceMaxMs(60_000)
        .withLingerMs(lingerMs);
  }

  /** Starts the service again, with another way to its origin. */
  void restartServiceWith(OriginConfig config) throws IOException {
    stopService();
    originConfig = config;
    startService();
  }

  /** Starts the service again, with two seconds of patience with the origin. */
  void restartServiceWithLittlePatience() throws IOException {
    stopService();
    config = config(config.mode(), 2_000);
    startService();
  }

  int serverPort() {
    return port;
  }

  /** Short waits, and patience with the origin without a bound that a test could meet. */
  public static FilesConfig config(Mode mode) {
    return config(mode, Patience.STEP.toMillis());
  }

  /** Short waits, and so many milliseconds of patience with the origin. */
  static FilesConfig config(Mode mode, long answerWithinMs) {
    return FilesConfig.DEFAULT
        .withMode(mode)
        .withBodyBytesMax(1 << 30)
        .withAnswerWithinMs(answerWithinMs)
        .withFetchesMax(100)
        .withKnownEntriesMax(1_000)
        .withRetryFirstMs(5)
        .withRetryMaxMs(40)
        .withStopSettleMs(5_000);
  }

  void startServer() throws IOException {
    server = FileServer.start(standIn);
  }

  public void startService() throws IOException {
    var meters = new Meters(registry);
    store =
        StagingStore.open(
            disk,
            volume,
            "sidecar-1",
            limits,
            InstantSource.system(),
            meters,
            "epoch",
            boot,
            name -> true);
    var origin =
        new Origin(originConfig, meters, store.recovered().clean() ? 0 : originConfig.lingerMs());
    files =
        new FileService(
            config,
            origin,
            store,
            originConfig.writesMax(),
            names,
            Caller.NOBODY,
            InstantSource.system(),
            new Random(1),
            meters);
  }

  /** Stops the service as a crash would: nothing is settled, the store is left as it is. */
  public void stopService() throws IOException {
    files.close();
    store.close();
  }

  public WriteOutcome put(String name, String body) throws Exception {
    return put(name, body, Precondition.NONE);
  }

  WriteOutcome put(String name, String body, Precondition precondition) throws Exception {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    Upload upload;
    try {
      upload = upload(name, bytes);
    } catch (NoRoomException e) {
      return new WriteOutcome.NoRoom(e.getMessage());
    }
    return files.put(Name.parse(name), upload, precondition);
  }

  private Upload upload(String name, byte[] bytes) throws Exception {
    Upload upload = files.upload(Name.parse(name), bytes.length);
    try {
      upload.write(bytes, 0, bytes.length);
      return upload;
    } catch (IOException e) {
      upload.close();
      throw e;
    }
  }

  CompletableFuture<WriteOutcome> putQuickly(String name, String body) throws Exception {
    var written = new Outcome();
    quickWrites(name).put(stored(name), body.getBytes(StandardCharsets.UTF_8), written);
    return written.future;
  }

  CompletableFuture<WriteOutcome> deleteQuickly(String name) throws Exception {
    var written = new Outcome();
    quickWrites(name).delete(stored(name), written);
    return written.future;
  }

  private QuickWrites quickWrites(String name) throws Exception {
    return files.quickWrites(Name.parse(name)).orElseThrow();
  }

  private static final class Outcome implements QuickWrites.Reply {
    final CompletableFuture<WriteOutcome> future = new CompletableFuture<>();

    @Override
    public void written(WriteOutcome written) {
      assertThat(future.complete(written)).as("told once").isTrue();
    }

    @Override
    public void failed(Exception e) {
      assertThat(future.completeExceptionally(e)).as("told once").isTrue();
    }
  }

  WriteOutcome delete(String name) throws Exception {
    return files.delete(Name.parse(name), Precondition.NONE);
  }

  /** The body, or what came instead of one. */
  public String read(String name) throws Exception {
    Name parsed = Name.parse(name);
    try (Closeable _ = files.hold(parsed)) {
      for (int i = 0; i < OPEN_ATTEMPTS; i++) {
        ReadOutcome outcome = files.read(parsed);
        if (!(outcome instanceof ReadOutcome.Here here)) {
          return without(outcome);
        }
        var opened = files.open(parsed);
        if (opened.isPresent()) { // else it was let go in between
          try (InputStream bytes = opened.get().bytes()) {
            assertThat(opened.get().content()).isEqualTo(here.content());
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
          }
        }
      }
    }
    throw new AssertionError(name + " was said to be here, and could not be opened");
  }

  private static String without(ReadOutcome outcome) {
    return switch (outcome) {
      case ReadOutcome.Here _ -> throw new AssertionError("it is here");
      case ReadOutcome.Absent _ -> "(absent)";
      case ReadOutcome.Unavailable _ -> "(unavailable)";
      case ReadOutcome.Nonsense _ -> "(nonsense)";
      case ReadOutcome.Damaged _ -> "(damaged)";
    };
  }

  /** What the file server has on its disk. */
  public String atOrigin(String name) throws IOException {
    Path file = data.resolve(name);
    return Files.exists(file) ? Files.readString(file) : "(absent)";
  }

  double count(String meter) {
    var counter = registry.find(meter).counter();
    return counter == null ? 0 : counter.count();
  }

  @Override
  public void close() throws IOException {
    server.troubles().stopAll();
    stopService();
    try (var incoming = Files.list(volume.resolve("sidecar-1").resolve("incoming"))) {
      assertThat(incoming).as("bodies left behind in incoming").isEmpty();
    }
    assertThat(server.counts().forbidden()).as("forbidden acts at the origin").isZero();
    server.close();
  }
}
