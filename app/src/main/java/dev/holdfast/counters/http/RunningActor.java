package dev.holdfast.counters.http;

import dev.holdfast.counters.Actor;
import dev.holdfast.counters.DeadActors;
import dev.holdfast.counters.Guarded;
import dev.holdfast.disk.DamagedLogException;
import dev.holdfast.disk.DirectoryLock;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.http.QuickRequest;
import dev.holdfast.service.Service;
import dev.holdfast.service.ServiceContext;
import dev.holdfast.service.StartFailure;
import io.javalin.config.RoutesConfig;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An actor with its directory, its network and its routes.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class RunningActor implements Service {
  private static final Logger log = LoggerFactory.getLogger(RunningActor.class);

  /** How long a start waits for a process that ends, in ms. */
  private static final long LOCK_WAIT_MS = 3_000;

  /** How long it waits for other actors that read the directory, in ms. They give way. */
  private static final long READERS_WAIT_MS = 60_000;

  private final CounterRoutes routes;
  private final ActorReport report;
  private final Parts parts;

  /** What ends with the actor, the last one first. */
  private static final class Parts {
    private final Deque<Closeable> all = new ArrayDeque<>();

    <T extends Closeable> T add(T part) {
      all.push(part);
      return part;
    }

    void close() {
      while (!all.isEmpty()) {
        try {
          all.pop().close();
        } catch (IOException | RuntimeException e) { // the others end all the same
          log.warn("a part of the actor could not be closed", e);
        }
      }
    }
  }

  private RunningActor(CounterRoutes routes, ActorReport report, Parts parts) {
    this.routes = routes;
    this.report = report;
    this.parts = parts;
  }

  /**
   * Starts an actor in the directory of the context.
   *
   * @throws StartFailure if another process has the directory, or it cannot be used, or a file in
   *     it is damaged and is not to be set aside; nothing is left running then
   */
  static RunningActor start(CountersConfig config, ServiceContext context) throws StartFailure {
    var parts = new Parts();
    boolean isStarted = false;
    try {
      RunningActor actor = start(config, context, parts);
      isStarted = true;
      return actor;
    } catch (DamagedLogException e) {
      throw new StartFailure.BadSetting(
          new IllegalArgumentException("setAside is false, and " + e.getMessage(), e));
    } catch (IOException e) {
      throw new StartFailure.DirectoryUnusable(context.directory() + ": " + e, e);
    } finally {
      if (!isStarted) {
        parts.close();
      }
    }
  }

  private static RunningActor start(CountersConfig config, ServiceContext context, Parts parts)
      throws IOException, StartFailure {
    Path directory = context.directory();
    parts.add(lock(directory, config.id()));
    boolean isNew = !ActorDirectories.hasData(directory);
    var disk = new LocalDisk(context.meters().diskForces());
    var meters = new CounterMeters(context.meters());
    var guarded = new Guarded(meters::failed);
    var clock = new SystemClock(guarded);
    parts.add(clock::close);
    var http = new HttpNetwork(context.listener().host(), context.listener().port(), guarded);
    parts.add(http::close);
    Actor actor =
        Actor.start(
            config.actor(),
            new Actor.World(
                disk,
                directory,
                name -> thread(name, parts),
                clock,
                new MeteredNetwork(http, meters),
                new SecureRandom(),
                meters,
                dead(config, context, disk, guarded, parts)));
    parts.add(actor::close);
    var report = ActorReport.of(actor, directory, isNew, config, meters);
    report.watchSlots(clock);
    HeapTrim.start(clock);
    var routes = new CounterRoutes(actor, config, guarded);
    parts.add(routes::close);
    return new RunningActor(routes, report, parts);
  }

  private static DirectoryLock lock(Path directory, int id) throws IOException, StartFailure {
    Optional<DirectoryLock> lock = DirectoryLock.alone(directory, LOCK_WAIT_MS, READERS_WAIT_MS);
    if (lock.isPresent()) {
      return lock.get();
    }
    throw new StartFailure.DirectoryUnusable(
        isOnlyRead(directory)
            ? directory
                + " is read by another actor and not given back: end the process that has "
                + directory.resolve("lock")
                + " open, if it is stopped"
            : directory
                + " belongs to a process that runs: give each actor a number of its own,"
                + " or stop the other actor "
                + id,
        null);
  }

  private static boolean isOnlyRead(Path directory) throws IOException {
    try (DirectoryLock read = DirectoryLock.shared(directory).orElse(null)) {
      return read != null;
    }
  }

  private static DeadActors dead(
      CountersConfig config, ServiceContext context, LocalDisk disk, Guarded guarded, Parts parts) {
    if (!config.sharedDirectories()) {
      return DeadActors.NONE;
    }
    var places = ActorDirectories.of(context.dataDir(), config);
    var dead = new SharedDirectories(places, context.directory(), disk, guarded);
    parts.add(dead::close);
    return dead;
  }

  private static ExecutorService thread(String name, Parts parts) {
    ExecutorService thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("counters-" + name).daemon().factory());
    parts.add(thread::shutdown);
    return thread;
  }

  @Override
  public void addTo(RoutesConfig config) {
    routes.addTo(config);
  }

  @Override
  public boolean answer(QuickRequest request) {
    return routes.answer(request);
  }

  @Override
  public Map<String, Object> status() {
    return report.status();
  }

  @Override
  public void close() {
    parts.close();
  }
}
