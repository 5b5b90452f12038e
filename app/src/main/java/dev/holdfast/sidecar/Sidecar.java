package dev.holdfast.sidecar;

import dev.holdfast.cas.CasService;
import dev.holdfast.cas.StoreNames;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.files.FileService;
import dev.holdfast.files.http.FileReads;
import dev.holdfast.files.http.FileRoutes;
import dev.holdfast.files.http.HttpCaller;
import dev.holdfast.files.http.StatusRoutes;
import dev.holdfast.http.HttpService;
import dev.holdfast.http.Ports;
import dev.holdfast.metrics.Meters;
import dev.holdfast.metrics.Scrape;
import dev.holdfast.names.Owners;
import dev.holdfast.names.Ring;
import dev.holdfast.names.StoredName;
import dev.holdfast.origin.Origin;
import dev.holdfast.service.Configured;
import dev.holdfast.service.Service;
import dev.holdfast.service.ServiceContext;
import dev.holdfast.service.Services;
import dev.holdfast.service.StartFailure;
import dev.holdfast.staging.ServiceDirectories;
import dev.holdfast.staging.StagingFormat;
import dev.holdfast.staging.StagingStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running sidecar: its parts, wired. */
public final class Sidecar implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sidecar.class);

  private final Opened parts;
  private final HttpService http;
  private final MovedWrites moved;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Sidecar(Opened parts, HttpService http, MovedWrites moved) {
    this.parts = parts;
    this.http = http;
    this.moved = moved;
  }

  /**
   * Starts a sidecar. It answers at once. It is ready when no write of a name that has changed
   * hands is pending or kept any more, here or with another sidecar: see {@link #awaitReady}.
   *
   * @throws StartFailure if the port or the staging directory cannot be used, or the environment
   *     gives the boot a name that cannot be used
   */
  public static Sidecar start(SidecarConfig config) throws StartFailure {
    return start(config, () -> 0);
  }

  /**
   * Starts a sidecar on a disk that other programs use, too.
   *
   * @param reservedBytes the bytes that those may still take of the disk, 0 or more
   * @throws StartFailure like {@link #start(SidecarConfig)}. Nothing is left open then, nor after
   *     any other exception
   */
  public static Sidecar start(SidecarConfig config, LongSupplier reservedBytes)
      throws StartFailure {
    requirePort(config);
    var scrape = new Scrape();
    Meters meters = scrape.meters();
    var owners = new Owners(Ring.of(config.ring()), config.self());
    Predicate<StoredName> owns = owners::isSelf;
    String epoch = Epoch.of(config.ring());
    var moved = new MovedWrites(config, epoch, Epoch.boot(), owns);
    try (var parts = new Opened()) {
      StagingStore store = openStore(config, epoch, owns, meters, reservedBytes);
      parts.add(() -> closeStore(store));
      parts.add(moved::awaitEnd); // it settles writes of others while this one's are settled
      FileService files = service(config, store, meters);
      parts.add(files::close);
      var services = new ArrayList<Service>();
      parts.add(() -> new Services(services, moved::areSettled).close());
      Path published = Epoch.published(config.stagingDir(), epoch);
      addServices(config, published, files, owners, meters, moved, services);
      var all = new Services(services, moved::areSettled);
      HttpService http =
          HttpService.start(
              config.host(),
              config.port(),
              config.settings().http(),
              all,
              scrape,
              all::answer,
              all::addTo);
      parts.add(http::close);
      parts.add(moved::close);
      moved.start(files);
      log.info(
          "sidecar {} is up on port {}, in front of {}",
          config.self(),
          http.port(),
          config.origin().base());
      return new Sidecar(parts.handOver(), http, moved);
    } catch (IOException e) {
      throw new StartFailure.PortTaken(StartFailure.Listener.SIDECAR, e);
    }
  }

  /** Adds the files first, since nearly all requests are for them. */
  private static void addServices(
      SidecarConfig config,
      Path published,
      FileService files,
      Owners owners,
      Meters meters,
      MovedWrites moved,
      List<Service> services)
      throws StartFailure {
    var reads = new FileReads(files);
    var further = new LinkedHashMap<String, Service>();
    services.add(new FileRoutes(files, reads, owners::isSelf, config.settings().files()));
    int putStatus = config.settings().files().putExistingStatus();
    services.add(new CasService(config.settings().cas(), files, reads, putStatus, owners, meters));
    services.add(new StatusRoutes(files, () -> status(further)));
    for (Configured<?> configured : config.settings().services()) {
      String name = configured.type().name();
      Service service = configured.start(context(config, published, name, owners, meters, moved));
      further.put(name, service);
      services.add(service);
    }
  }

  private static Map<String, Map<String, Object>> status(Map<String, Service> services) {
    var status = new LinkedHashMap<String, Map<String, Object>>();
    services.forEach((name, service) -> status.put(name, service.status()));
    status.values().removeIf(Map::isEmpty);
    return status;
  }

  private static ServiceContext context(
      SidecarConfig config,
      Path published,
      String name,
      Owners owners,
      Meters meters,
      MovedWrites moved) {
    Path own = config.stagingDir().resolve(config.directory()).resolve(name);
    return new ServiceContext(
        meters,
        own,
        () -> others(config, own),
        Optional.of(
            new ServiceContext.Published(
                ServiceDirectories.in(published, name),
                () -> ServiceDirectories.ofOtherEpochs(new LocalDisk(), published, name))),
        owners,
        moved::areSettled,
        new ServiceContext.Listener(config.host(), config.port()),
        config.stagingDir());
  }

  private static List<Path> others(SidecarConfig config, Path own) throws IOException {
    var others = new ArrayList<Path>();
    for (Path directory : SidecarDirectories.all(config.stagingDir())) {
      Path other = directory.resolve(own.getFileName());
      if (!other.equals(own)
          && SidecarDirectories.isThere(directory, own.getFileName().toString())) {
        others.add(other);
      }
    }
    return others;
  }

  /** Returns the file service of a store, in front of the origin of this sidecar. */
  private static FileService service(SidecarConfig config, StagingStore store, Meters meters) {
    return new FileService(
        config.settings().files(),
        new Origin(config.origin(), meters, quietMs(config, store)),
        store,
        config.origin().writesMax(),
        new StoreNames(config.settings().cas(), meters),
        new HttpCaller(),
        InstantSource.system(),
        RandomGenerator.getDefault(),
        meters);
  }

  /**
   * Returns how long no request may be sent, in milliseconds. A killed process may have left
   * requests at the origin, which goes on with them.
   */
  private static long quietMs(SidecarConfig config, StagingStore store) {
    return store.recovered().clean() ? 0 : config.origin().lingerMs();
  }

  /** Waits until the sidecar is ready. */
  public void awaitReady() throws InterruptedException {
    moved.awaitSettled();
  }

  public int port() {
    return http.port();
  }

  /** Refuses new work, settles writes until the time is up, and stops. */
  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      parts.close();
    }
  }

  /** Refuses a taken port before anything is opened. Javalin would log a stack trace. */
  private static void requirePort(SidecarConfig config) throws StartFailure {
    try {
      Ports.requireFree(config.host(), config.port());
    } catch (IOException e) {
      throw new StartFailure.PortTaken(StartFailure.Listener.SIDECAR, e);
    }
  }

  private static StagingStore openStore(
      SidecarConfig config,
      String epoch,
      Predicate<StoredName> owns,
      Meters meters,
      LongSupplier reservedBytes)
      throws StartFailure {
    requireKnownFormat(config.stagingDir());
    try {
      return StagingStore.open(
          new LocalDisk(meters.diskForces(), reservedBytes),
          config.stagingDir(),
          config.directory(),
          config.settings().staging(),
          InstantSource.system(),
          meters,
          epoch,
          Epoch.boot(),
          owns);
    } catch (IOException e) {
      throw new StartFailure.DirectoryUnusable(reason(e), e);
    }
  }

  /**
   * Refuses a staging volume to which any sidecar of a newer version has written. Sidecars share
   * published files, and settle the writes that others have left. Changes nothing.
   */
  public static void requireKnownFormat(Path stagingDir) throws StartFailure {
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
      throw new StartFailure.DirectoryUnusable(reason(e), e);
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
