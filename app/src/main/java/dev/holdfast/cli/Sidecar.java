package dev.holdfast.cli;

import dev.holdfast.disk.LocalDisk;
import dev.holdfast.files.BadNameException;
import dev.holdfast.files.FileRoutes;
import dev.holdfast.files.FileService;
import dev.holdfast.files.Name;
import dev.holdfast.files.Ring;
import dev.holdfast.http.HttpService;
import dev.holdfast.metrics.Meters;
import dev.holdfast.origin.Origin;
import dev.holdfast.staging.StagingStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running sidecar: its parts, wired. */
final class Sidecar implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sidecar.class);

  /** What a port that cannot be had is about: whether it is taken is a matter of both. */
  static final String LISTEN_OPTIONS = "--host, --port";

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final StagingStore store;
  private final FileService files;
  private final HttpService http;
  private final AtomicBoolean ready;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Sidecar(StagingStore store, FileService files, HttpService http, AtomicBoolean ready) {
    this.store = store;
    this.files = files;
    this.http = http;
    this.ready = ready;
  }

  /**
   * Starts a sidecar; it is ready when this returns.
   *
   * @throws BadOptionException if the port or the staging directory cannot be had
   */
  static Sidecar start(SidecarConfig config) throws BadOptionException {
    requirePort(config);
    var meters = new Meters(new SimpleMeterRegistry());
    Ring ring = Ring.of(config.ring());
    StagingStore store = openStore(config, ring, meters);
    var origin = new Origin(config.origin(), meters);
    var files =
        new FileService(
            config.files(),
            origin,
            store,
            config.origin().writesMax(),
            RandomGenerator.getDefault(),
            meters);
    var ready = new AtomicBoolean();
    var routes =
        new FileRoutes(files, name -> owns(ring, config, name), config.files().bodyBytesMax());
    try {
      HttpService http =
          HttpService.start(config.host(), config.port(), config.http(), ready::get, routes::addTo);
      ready.set(true);
      log.info("sidecar {} is ready on port {}", config.self(), http.port());
      return new Sidecar(store, files, http, ready);
    } catch (IOException e) {
      throw new BadOptionException(LISTEN_OPTIONS, e.getMessage(), e);
    } finally {
      if (!ready.get()) {
        files.close();
        closeStore(store);
      }
    }
  }

  int port() {
    return http.port();
  }

  /** Refuses new work, settles what it can in time, and stops. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    ready.set(false);
    http.close();
    files.close();
    closeStore(store);
  }

  /** Before anything is opened; and Javalin would log a stack trace. */
  private static void requirePort(SidecarConfig config) throws BadOptionException {
    try {
      Ports.requireFree(config.host(), config.port());
    } catch (IOException e) {
      throw new BadOptionException(LISTEN_OPTIONS, e.getMessage(), e);
    }
  }

  private static StagingStore openStore(SidecarConfig config, Ring ring, Meters meters)
      throws BadOptionException {
    try {
      return StagingStore.open(
          new LocalDisk(),
          config.stagingDir(),
          config.directory(),
          config.staging(),
          InstantSource.system(),
          meters,
          epoch(config),
          stored -> owns(ring, config, stored));
    } catch (IOException e) {
      throw new BadOptionException("--staging-dir", reason(e), e);
    }
  }

  /**
   * What published files are valid under: they are not forced, so not beyond a restart of the
   * kernel; and not beyond a change of the ring, when names change hands.
   */
  private static String epoch(SidecarConfig config) throws IOException {
    String boot =
        Files.exists(BOOT_ID) ? Files.readString(BOOT_ID).strip() : UUID.randomUUID().toString();
    return "1 " + boot + " " + config.self() + " " + String.join(",", config.ring());
  }

  private static boolean owns(Ring ring, SidecarConfig config, Name name) {
    return ring.owner(name.ringKey()).equals(config.self());
  }

  private static boolean owns(Ring ring, SidecarConfig config, String stored) {
    try {
      return owns(ring, config, Name.ofStored(stored));
    } catch (BadNameException e) {
      return false; // not a file of ours
    }
  }

  private static String reason(IOException e) {
    return e instanceof java.nio.file.FileSystemException fs && fs.getReason() == null
        ? e.getClass().getSimpleName().replace("Exception", "") + " " + e.getMessage()
        : e.getMessage();
  }

  private static void closeStore(StagingStore store) {
    try {
      store.close();
    } catch (IOException e) {
      log.warn("the lock of the staging store could not be given back", e);
    }
  }
}
