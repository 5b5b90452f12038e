package dev.holdfast.system;

import dev.holdfast.fibonacci.FibonacciRoutes;
import dev.holdfast.files.FilesConfig;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Fault;
import dev.holdfast.fileserver.Faults;
import dev.holdfast.fileserver.FileServer;
import dev.holdfast.fileserver.FileServerConfig;
import dev.holdfast.names.Ring;
import dev.holdfast.nginx.NginxConfig;
import dev.holdfast.nginx.NginxProcess;
import dev.holdfast.origin.OriginConfig;
import dev.holdfast.service.StartFailure;
import dev.holdfast.sidecar.Sidecar;
import dev.holdfast.sidecar.SidecarConfig;
import dev.holdfast.sidecar.SidecarSettings;
import dev.holdfast.staging.Keeping;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.system.nginx.NginxFixture;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.StagedWrites;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * One staging volume and one data volume, over which rings of one to five sidecars come and go, in
 * this JVM or in another one. nginx routes by the present ring.
 *
 * <p>Threading: for one thread at a time.
 */
public final class RingStack implements AutoCloseable {
  private static final int MOST = 5;
  private static final int HEAP_MB = 96;
  private static final long RETRY_MAX_MS = 200;
  private static final long STOP_SETTLE_MS = 100;

  private final Path directory;
  private final List<Integer> ports;

  /** A short time of keeping, since no name changes hands before it is over. */
  private static final Keeping KEEPING =
      Keeping.DEFAULT.withMs(200).withBytesMax(1 << 30).withCountMax(10_000);

  private final List<FileServer> standIns = new ArrayList<>();
  private final List<Sidecar> sidecars = new ArrayList<>();
  private final Thread atExit = new Thread(this::end);
  private List<String> ring = List.of();
  private SidecarProcess process;
  private NginxProcess nginx;

  /**
   * @param latencyMs the latency of the file servers. They have the faults of the real ones,
   *     without stale names: a file server that knows a file that another one removed would need a
   *     restart
   */
  public RingStack(Path directory, long latencyMs) throws IOException {
    this.directory = directory;
    this.ports = FreePorts.take(MOST + 1);
    Runtime.getRuntime().addShutdownHook(atExit);
    for (int i = 0; i < MOST; i++) {
      standIns.add(
          FileServer.start(
              FileServerConfig.real(directory.resolve("files"))
                  .withLatencyMs(latencyMs)
                  .withFaults(Faults.real().without(Fault.STALE_NAMES))));
    }
  }

  /** Starts a ring of so many sidecars in this JVM. They need not be ready when this returns. */
  public void start(int size) throws Exception {
    changeRing(size);
    for (int i = 0; i < size; i++) {
      startSidecar(i);
    }
  }

  /** Starts a ring of so many sidecars in a process of their own, which can be killed. */
  public void startProcess(int size) throws Exception {
    changeRing(size);
    process =
        SidecarProcess.launchTogether(
            directory.resolve("sidecars.log"),
            HEAP_MB,
            IntStream.range(0, size).mapToObj(this::options).toList());
    for (int i = 0; i < size; i++) {
      Api sidecar = sidecar(i);
      Await.until("sidecar " + i + " answers", () -> health(sidecar) > 0);
    }
  }

  /** Declares a ring and starts nginx for it, but none of its sidecars. */
  public void changeRing(int size) throws IOException {
    ring = ports.subList(0, size).stream().map(port -> "127.0.0.1:" + port).toList();
    nginx =
        NginxProcess.start(
            NginxProcess.find(Optional.empty()),
            directory.resolve("nginx"),
            new NginxConfig(
                new NginxConfig.Listen("127.0.0.1", ports.get(MOST)),
                ring,
                published(),
                new NginxConfig.Logs(directory.resolve("access.log"), NginxConfig.Logs.STDERR),
                NginxFixture.workers(),
                NginxConfig.Limits.DEFAULT,
                false,
                HostedServices.NGINX));
  }

  /** Returns the directory of this ring's published files. */
  public Path published() {
    return Published.in(staging(), ring);
  }

  /** Starts one sidecar of the ring in this JVM. */
  public void startSidecar(int index) throws StartFailure {
    sidecars.add(
        Sidecar.start(
            new SidecarConfig(
                "127.0.0.1",
                ports.get(index),
                ring,
                ring.get(index),
                staging(),
                OriginConfig.of(standIns.get(index).uri()),
                SidecarSettings.DEFAULT
                    .withStaging(StagingLimits.DEFAULT.withKeeping(KEEPING))
                    .withFiles(
                        TrafficStack.files(
                            Mode.BEHIND,
                            FilesConfig.DEFAULT.retryFirstMs(),
                            RETRY_MAX_MS,
                            STOP_SETTLE_MS))
                    .withServices(HostedServices.ALL))));
  }

  public void awaitReady() throws Exception {
    for (int i = 0; i < ring.size(); i++) {
      Api sidecar = sidecar(i);
      Await.until("sidecar " + i + " is ready", () -> health(sidecar) == 200);
    }
  }

  /** Ends nginx and all sidecars, in order. They may settle pending writes for a moment. */
  public void stop() {
    stopNginx();
    // All at once, as in a shutdown. One after the other, each would have its own patience.
    sidecars.parallelStream().forEach(Sidecar::close);
    sidecars.clear();
    if (process != null) {
      process.close();
      process = null;
    }
  }

  /** Ends all sidecars as a power failure does. They have to be in a process of their own. */
  public void kill() throws InterruptedException {
    stopNginx();
    process.kill();
    process = null;
  }

  /** Applies a change to all file servers, such as switching a trouble on. */
  public void standIns(Consumer<FileServer> what) {
    standIns.forEach(what);
  }

  public FileServer standIn(int index) {
    return standIns.get(index);
  }

  public List<String> ring() {
    return ring;
  }

  /** Returns a sidecar of the present ring, without nginx. */
  public Api sidecar(int index) {
    return new Api(URI.create("http://" + ring.get(index)));
  }

  /** Returns the status of {@code GET /health}, or 0 if nobody answers. */
  public static int health(Api sidecar) {
    try {
      return sidecar.ask("GET", "/health").status();
    } catch (IOException e) {
      return 0;
    }
  }

  /** Returns which sidecar of a ring of so many has a name. */
  public int ownerOf(String name, int size) {
    return ProcessStack.ownerOf(
        ports.subList(0, size).stream().map(port -> "127.0.0.1:" + port).toList(), name);
  }

  /** Returns which sidecar of a ring of so many has the Fibonacci sequence. */
  public int ownerOfSequence(int size) {
    return Ring.of(ports.subList(0, size).stream().map(port -> "127.0.0.1:" + port).toList())
        .ownerOf(FibonacciRoutes.RING_KEY.getBytes(StandardCharsets.US_ASCII));
  }

  public StackFacts facts() {
    return new StackFacts(
        URI.create("http://127.0.0.1:" + ports.get(MOST)), directory, List.copyOf(standIns));
  }

  public Path staging() {
    return directory.resolve("staging");
  }

  /** Returns the stored names that are pending in the directory of a sidecar. */
  public List<String> pendingOf(int index) throws IOException {
    return StagedWrites.pending(staging().resolve("sidecar-" + (index + 1)));
  }

  /** Returns the number of pending writes of all sidecars, past ones included. */
  public int pendingCount() throws IOException {
    int count = 0;
    for (int i = 0; i < MOST; i++) {
      count += pendingOf(i).size();
    }
    return count;
  }

  @Override
  public void close() {
    end();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }

  private void end() {
    standIns(standIn -> standIn.troubles().stopAll());
    stop();
    standIns(FileServer::close);
  }

  private void stopNginx() {
    if (nginx != null) {
      nginx.close();
      nginx = null;
    }
  }

  private List<String> options(int index) {
    return List.of(
        "--port",
        Integer.toString(ports.get(index)),
        "--ring",
        String.join(",", ring),
        "--self",
        ring.get(index),
        "--origin",
        standIns.get(index).uri().toString(),
        "--staging-dir",
        staging().toString(),
        "--mode",
        "behind",
        "--retry-max-ms",
        Long.toString(RETRY_MAX_MS),
        "--stop-settle-ms",
        Long.toString(STOP_SETTLE_MS),
        "--settled-keep-ms",
        Long.toString(KEEPING.ms()));
  }
}
