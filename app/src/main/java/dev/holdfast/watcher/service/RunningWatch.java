package dev.holdfast.watcher.service;

import dev.holdfast.disk.DirectoryLock;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.log.LogQueue;
import dev.holdfast.service.Service;
import dev.holdfast.service.ServiceContext;
import dev.holdfast.service.StartFailure;
import dev.holdfast.watcher.agent.Agent;
import dev.holdfast.watcher.agent.AgentLog;
import dev.holdfast.watcher.agent.AgentLoop;
import dev.holdfast.watcher.agent.Lags;
import dev.holdfast.watcher.agent.LinuxDisturbances;
import dev.holdfast.watcher.agent.SystemClock;
import dev.holdfast.watcher.thread.LastingThread;
import io.javalin.config.RoutesConfig;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watcher: an agent with its engine, and its way into the database.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class RunningWatch implements Service {
  private static final Logger log = LoggerFactory.getLogger(RunningWatch.class);

  /** How long a start waits for a process that ends, in ms. */
  private static final long LOCK_WAIT_MS = 3_000;

  /** How long a stop waits for the thread of the agent, in ms. It never waits for others. */
  private static final long LOOP_STOP_MS = 5_000;

  private final Keeper keeper;
  private final WatchThreads threads;
  private final WatchReport report;
  private final Parts parts;

  /** What ends with the watcher, the last one first. */
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
          log.warn("a part of the watcher could not be closed", e);
        }
      }
    }
  }

  private RunningWatch(Keeper keeper, WatchThreads threads, WatchReport report, Parts parts) {
    this.keeper = keeper;
    this.threads = threads;
    this.report = report;
    this.parts = parts;
  }

  /**
   * Starts a watcher. It need not have its database yet.
   *
   * @throws StartFailure if another process has the directory, or it cannot be used, or there are
   *     no sockets; nothing is left running then
   */
  static RunningWatch start(WatchConfig config, ServiceContext context) throws StartFailure {
    var parts = new Parts();
    boolean isStarted = false;
    try {
      RunningWatch watch = start(config, context, parts);
      isStarted = true;
      return watch;
    } catch (IllegalArgumentException e) {
      throw new StartFailure.BadSetting(e);
    } catch (IOException e) {
      throw new StartFailure.DirectoryUnusable(context.directory() + ": " + e, e);
    } finally {
      if (!isStarted) {
        parts.close();
      }
    }
  }

  private static RunningWatch start(WatchConfig config, ServiceContext context, Parts parts)
      throws IOException, StartFailure {
    Path directory = context.directory();
    parts.add(lock(directory));
    Checking checking = parts.add(Checking.start(config.reach(), config.inFlightMax()));
    var meters = new WatchMeters(context.meters());
    var results = new Results(meters::late);
    var lags = new Lags(System.nanoTime());
    var agent =
        new Agent(
            config.agent(),
            new SystemClock(InstantSource.system()),
            (endpoint, _, done) -> checking.probe().check(endpoint, done),
            results,
            lags,
            new LinuxDisturbances(),
            new AgentLog(),
            checking.canaries());
    var keeper =
        new Keeper(
            config,
            EachAddress.Watching.of(agent),
            checking,
            results,
            new LocalDisk(context.meters().diskForces()),
            directory.resolve("spool"));
    parts.add(keeper);
    meters.watch(agent);
    meters.watch(results, keeper::isDatabaseUp);
    var loop = new RunningLoop(new AgentLoop(agent, lags));
    parts.add(loop);
    var threads =
        new WatchThreads(
            () ->
                Stream.of(Stream.of(loop.thread), checking.threads(), keeper.threads())
                    .flatMap(part -> part),
            () -> Stream.concat(checking.probe().endedLoops(), LogQueue.endedThreads()));
    meters.watch(threads);
    meters.watchLog();
    loop.thread.start();
    keeper.start();
    var report = new WatchReport(config, agent, lags, results, keeper, checking);
    return new RunningWatch(keeper, threads, report, parts);
  }

  private static DirectoryLock lock(Path directory) throws IOException, StartFailure {
    return DirectoryLock.alone(directory, LOCK_WAIT_MS)
        .orElseThrow(
            () ->
                new StartFailure.DirectoryUnusable(
                    directory + " belongs to a watcher that runs: give each one its own", null));
  }

  /** The thread of the agent. */
  private static final class RunningLoop implements Closeable {
    private final AgentLoop loop;
    private final LastingThread thread;

    RunningLoop(AgentLoop loop) {
      this.loop = loop;
      this.thread =
          new LastingThread(
              "watch-agent",
              AgentLoop.TICK_MS,
              log,
              () -> {
                loop.run();
                return false; // it is closed
              });
    }

    @Override
    public void close() {
      loop.close();
      try {
        if (!thread.join(Duration.ofMillis(LOOP_STOP_MS))) {
          log.error("the agent's thread hangs; the stop goes on without the checks that run");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** It has pages of the chassis alone. */
  @Override
  public void addTo(RoutesConfig routes) {}

  @Override
  public boolean isReady() {
    return trouble().isEmpty();
  }

  @Override
  public Optional<String> trouble() {
    return threads
        .trouble()
        .or(() -> keeper.isLoaded() ? Optional.empty() : Optional.of(keeper.state()));
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
