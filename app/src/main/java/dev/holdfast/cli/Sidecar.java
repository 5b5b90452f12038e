package dev.holdfast.cli;

import dev.holdfast.cas.CasService;
import dev.holdfast.cas.Owners;
import dev.holdfast.cas.StoreNames;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.disk.OwnedState;
import dev.holdfast.fibonacci.FibonacciRoutes;
import dev.holdfast.fibonacci.Sequence;
import dev.holdfast.files.BadNameException;
import dev.holdfast.files.FileRoutes;
import dev.holdfast.files.FileService;
import dev.holdfast.files.Name;
import dev.holdfast.files.Ring;
import dev.holdfast.files.StatusRoutes;
import dev.holdfast.http.HttpService;
import dev.holdfast.http.Problem;
import dev.holdfast.metrics.Meters;
import dev.holdfast.metrics.Scrape;
import dev.holdfast.origin.Origin;
import dev.holdfast.staging.StagingFormat;
import dev.holdfast.staging.StagingStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running sidecar: its parts, wired. */
final class Sidecar implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sidecar.class);

  /** What a port that cannot be had is about: whether it is taken is a matter of both. */
  static final String LISTEN_OPTIONS = "--host, --port";

  private static final String STAGING_DIR = "--staging-dir";

  private final StagingStore store;
  private final FileService files;
  private final HttpService http;
  private final MovedWrites moved;
  private final OwnedState<Sequence> sequence;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Sidecar(
      StagingStore store,
      FileService files,
      HttpService http,
      MovedWrites moved,
      OwnedState<Sequence> sequence) {
    this.store = store;
    this.files = files;
    this.http = http;
    this.moved = moved;
    this.sequence = sequence;
  }

  /**
   * Starts a sidecar. It answers at once, and is ready when no write of a name that has changed
   * hands is pending any more, here or with another sidecar: see {@link #awaitReady}.
   *
   * @throws BadOptionException if the port or the staging directory cannot be had, or the
   *     environment gives the boot a name that cannot be one
   */
  static Sidecar start(SidecarConfig config) throws BadOptionException {
    return start(config, () -> 0);
  }

  /**
   * The same, on a disk that is shared with what is not a sidecar.
   *
   * @param reservedBytes what that may still take of the disk, in bytes, 0 or more
   */
  static Sidecar start(SidecarConfig config, LongSupplier reservedBytes) throws BadOptionException {
    requirePort(config);
    var scrape = new Scrape();
    Meters meters = scrape.sidecar();
    Ring ring = Ring.of(config.ring());
    Predicate<String> owns = stored -> owns(ring, config, stored);
    String epoch = Epoch.of(config.ring());
    StagingStore store = openStore(config, epoch, owns, meters, reservedBytes);
    FileService files = service(config, store, meters);
    var moved = new MovedWrites(config, files, epoch, Epoch.boot(), owns);
    var routes = new FileRoutes(files, name -> owns(ring, config, name), config.files());
    OwnedState<Sequence> sequence = SequenceOwner.start(config, ring, meters);
    var cas = new CasService(config.cas(), files, routes, new Owners(ring, config.self()), meters);
    var fibonacci = new FibonacciRoutes(sequence::ownership, sequence::known, moved::areSettled);
    boolean started = false;
    try {
      HttpService http =
          HttpService.start(
              config.host(),
              config.port(),
              config.http(),
              moved::areSettled,
              scrape,
              request ->
                  fibonacci.answer(request) || (moved.areSettled() && routes.answer(request)),
              r -> {
                r.before(FileRoutes.PATH + "<name>", _ -> requireReady(moved));
                routes.addTo(r);
                cas.addTo(r, _ -> requireReady(moved));
                new StatusRoutes(files).addTo(r);
                fibonacci.addTo(r);
              });
      started = true;
      moved.start();
      log.info(
          "sidecar {} is up on port {}, in front of {}",
          config.self(),
          http.port(),
          config.origin().base());
      return new Sidecar(store, files, http, moved, sequence);
    } catch (IOException e) {
      throw new BadOptionException(LISTEN_OPTIONS, e.getMessage(), e);
    } finally {
      if (!started) {
        sequence.close();
        files.close();
        closeStore(store);
      }
    }
  }

  /** The file service of a store, in front of the origin of this sidecar. */
  private static FileService service(SidecarConfig config, StagingStore store, Meters meters) {
    return new FileService(
        config.files(),
        new Origin(config.origin(), meters, quietMs(config, store)),
        store,
        config.origin().writesMax(),
        new StoreNames(config.cas(), meters),
        InstantSource.system(),
        RandomGenerator.getDefault(),
        meters);
  }

  /** A process that was killed may have left requests at the origin, which goes on with them. */
  private static long quietMs(SidecarConfig config, StagingStore store) {
    return store.recovered().clean() ? 0 : config.origin().lingerMs();
  }

  /** Waits until the sidecar is ready. */
  void awaitReady() throws InterruptedException {
    moved.awaitSettled();
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
    moved.close();
    http.close();
    sequence.close();
    files.close();
    moved.awaitEnd();
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

  private static StagingStore openStore(
      SidecarConfig config,
      String epoch,
      Predicate<String> owns,
      Meters meters,
      LongSupplier reservedBytes)
      throws BadOptionException {
    requireKnownFormat(config.stagingDir());
    try {
      return StagingStore.open(
          new LocalDisk(meters.diskForces(), reservedBytes),
          config.stagingDir(),
          config.directory(),
          config.staging(),
          InstantSource.system(),
          meters,
          epoch,
          Epoch.boot(),
          owns);
    } catch (IOException e) {
      throw new BadOptionException(STAGING_DIR, reason(e), e);
    }
  }

  /**
   * Refuses a staging volume that a newer version has written to, by any of its sidecars: they
   * share what is published, and settle what others have left. Changes nothing.
   */
  static void requireKnownFormat(Path stagingDir) throws BadOptionException {
    try {
      if (!Files.isDirectory(stagingDir)) {
        return;
      }
      for (Path directory : SidecarDirectories.all(stagingDir)) {
        if (SidecarDirectories.isThere(directory)) {
          StagingFormat.requireKnown(new LocalDisk(), directory);
        }
      }
    } catch (IOException e) {
      throw new BadOptionException(STAGING_DIR, reason(e), e);
    }
  }

  private static void requireReady(MovedWrites moved) {
    if (!moved.areSettled()) {
      throw Problem.unavailable(
              "not ready: just starting or stopping, or writes of names that changed hands are still being settled",
              1)
          .asException();
    }
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
